# How kubeadm left a node: keeps it ($1 = keep), says of which version it is (version), makes it so again (restore), lets
# go of it (forget). On one node of a cluster also: makes again what kubeadm stored in it (restore_configuration).
# Nothing is written where nothing differs. POSIX sh, run as root on the node.
set -eu
pristine=/usr/local/share/lab/pristine
manifests=/etc/kubernetes/manifests
apiserver=$manifests/kube-apiserver.yaml
# Restored as trees: what is missing or different comes back, what is more goes.
trees='/etc/kubernetes /etc/ssh /etc/sudoers.d /etc/systemd/system /root /home/operator'
files='/var/lib/kubelet/config.yaml /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/kubeadm-flags.env'
# Here only what is new goes: daemons change what is theirs.
parents='/etc /opt /srv /usr/local /var/lib /var/log'

describe() {
  for path in "$@"; do
    [ -e "$path" ] || continue
    find "$path" -printf '%p %y %m %U:%G %l\n'
    find "$path" -type f -exec sha256sum {} +
  done | sort
}
entries() { for parent in $parents; do find "$parent" -mindepth 1 -maxdepth 1; done | sort; }
firewall() { iptables-save 2>/dev/null | sed -e '/^#/d' -e 's/ \[[0-9:]*\]$//' || true; }
apiserver_processes() { pgrep -x kube-apiserver || true; }
# A static pod's uid is the hash of its manifest (kubelet, pkg/kubelet/config/common.go), and its cgroup has that name.
pods_of() { for pid in "$@"; do sed -n 's/.*pod\([0-9a-f]\{32\}\).*/\1/p' "/proc/$pid/cgroup" 2>/dev/null | head -n 1; done; }
ready() { curl -fsk --max-time 5 https://127.0.0.1:6443/readyz >/dev/null; }
await() {
  attempts=$1
  shift
  while ! "$@"; do
    attempts=$((attempts - 1))
    [ "$attempts" -gt 0 ] || return 1
    sleep 0.1
  done
}

# kubeadm's own memory of the cluster, from which every upgrade and every join makes its manifests.
configuration() {
  kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-system get configmap kubeadm-config \
    -o 'jsonpath={.data}'
}

version() { cat "$pristine/version"; }
forget() { rm -rf "$pristine"; }

keep() {
  await 600 ready
  rm -rf "$pristine"
  mkdir -p "$pristine/copy"
  pods_of $(apiserver_processes) >"$pristine/pod"
  [ "$(wc -l <"$pristine/pod")" = 1 ]
  for path in $trees $files; do
    [ -e "$path" ] || continue
    mkdir -p "$pristine/copy$(dirname "$path")"
    cp -a "$path" "$pristine/copy$path"
  done
  describe $trees $files >"$pristine/description"
  entries >"$pristine/entries"
  firewall >"$pristine/firewall"
  configuration >"$pristine/configuration"
  # Last: what has it is whole.
  kubeadm version -o short >"$pristine/version"
}

restore_configuration() {
  [ -e "$pristine/configuration" ] || return 0
  if configuration | cmp -s - "$pristine/configuration"; then return 0; fi
  printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kubeadm-config","namespace":"kube-system"},"data":%s}' \
    "$(cat "$pristine/configuration")" >/run/lab-configuration
  for verb in replace create; do
    if kubectl --kubeconfig /etc/kubernetes/admin.conf $verb -f /run/lab-configuration >/dev/null; then return 0; fi
  done
  return 1
}

apiserver_is_pristine() {
  [ "$(pods_of $(apiserver_processes))" = "$(cat "$pristine/pod")" ] && cmp -s "$apiserver" "$pristine/copy$apiserver"
}
port_is_closed() {
  code=0
  curl -sk --max-time 1 -o /dev/null https://127.0.0.1:6443/ || code=$?
  [ "$code" = 7 ]
}
# Until its worker has let go of the pod's name the kubelet would put the next pod of that name off by 10-15 s. Housekeeping,
# every 2 s, removes the folder (HandlePodCleanups in pkg/kubelet/kubelet_pods.go); the worker is done at the next look
# at the runtime, every 1 s (SyncTerminatedPod in pkg/kubelet/kubelet.go), which nothing outside tells.
pod_is_forgotten() {
  for folder in /var/lib/kubelet/pods/*/containers/kube-apiserver; do
    [ ! -e "$folder" ] || return 1
  done
}

# What comes back was here before: the kubelet would take its end for a crash, and hold it back.
forgive() {
  [ ! -e /usr/bin/crictl.away ] || mv -f /usr/bin/crictl.away /usr/bin/crictl
  ids=$(crictl ps --all --quiet --state exited --label io.kubernetes.container.name=kube-apiserver 2>/dev/null) || return 0
  [ -z "$ids" ] || crictl rm $ids >/dev/null 2>&1 || true
}

# The swift way round the 30 s that a terminating apiserver waits for watches: away, gone, forgotten, in.
restart_apiserver() {
  rm -f "$apiserver"
  await 150 port_is_closed || true
  pids=$(apiserver_processes)
  [ -z "$pids" ] || kill -9 $pids 2>/dev/null || true
  await 100 pod_is_forgotten || true
  sleep 1.3
  forgive
  put_back "$apiserver"
}

# By a rename: for the kubelet a file that is gone for a moment is a pod to be killed.
put_back() {
  original=$pristine/copy$1
  mkdir -p "$(dirname "$1")"
  if [ -d "$original" ] && [ ! -L "$original" ]; then
    [ ! -e "$1" ] || [ -d "$1" ] || rm -f "$1"
    mkdir -p "$1"
  elif [ -L "$original" ] || [ -L "$1" ] || ! cmp -s "$1" "$original"; then
    [ ! -d "$1" ] || [ -L "$1" ] || rm -rf "$1"
    cp -a "$original" /etc/.lab-restored
    mv -fT /etc/.lab-restored "$1"
  fi
  [ ! -L "$1" ] || return 0
  chown --reference="$original" "$1"
  chmod --reference="$original" "$1"
}

# The paths that a description has lines of which the other one has not.
only_in() { comm -23 "$1" "$2" | sed -E -e 's/^[0-9a-f]{64}  //' -e 's/ .*//' | sort -u; }

# Brings every path back that differs but the apiserver's manifest, whose turn comes later.
restore_trees() {
  describe $trees $files >/run/lab-now
  cmp -s /run/lab-now "$pristine/description" && return 0
  # sort -r: what is in a folder before the folder.
  only_in /run/lab-now "$pristine/description" | sort -r | grep -vxF "$apiserver" | while read -r path; do
    [ -e "$pristine/copy$path" ] || rm -rf "$path"
  done
  only_in "$pristine/description" /run/lab-now | grep -vxF "$apiserver" >/run/lab-wanted || true
  while read -r path; do
    put_back "$path"
  done </run/lab-wanted
  if grep -q -e '^/var/lib/kubelet/' -e '^/etc/systemd/system/kubelet' /run/lab-wanted; then
    systemctl daemon-reload
    systemctl restart kubelet
  fi
}

# What a test has mounted over a folder, and could not take away again.
unmount_all() {
  for folder in /etc/kubernetes/manifests /etc/kubernetes /var/lib/planewright /var/log/kubernetes; do
    while mountpoint -q $folder 2>/dev/null; do umount $folder || return 1; done
  done
  while findmnt -n -o OPTIONS /tmp | tail -n 1 | grep -q '^ro'; do umount /tmp || return 1; done
}

restore() {
  if [ ! -e "$pristine/description" ]; then
    echo 'an upgrade of this node was broken off: `npm run lab -- upgrade` again brings it to its end' >&2
    return 1
  fi
  # A guard that still waits for its confirmation would undo what is restored here.
  systemctl stop 'planewright*' 2>/dev/null || true
  systemctl reset-failed 2>/dev/null || true
  unmount_all
  restore_trees
  for unit in containerd kubelet ssh; do systemctl is-active --quiet $unit || systemctl start $unit; done
  apiserver_is_pristine && await 300 ready || restart_apiserver
  await 900 apiserver_is_pristine
  await 600 ready
  # Only now: the old apiserver may have had its log in one of them.
  entries | comm -23 - "$pristine/entries" | while read -r path; do rm -rf "$path"; done
  [ "$(firewall)" = "$(cat "$pristine/firewall")" ] || iptables-restore "$pristine/firewall" || true
}

"$1"
