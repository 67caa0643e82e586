# Keeps a snapshot of a node as kubeadm left it. $1 is the action: `keep` takes the snapshot, `version` prints its kubeadm
# version, `restore` restores the node from it, `forget` removes it. On one node of the cluster, `restore_configuration`
# restores the configuration that kubeadm stored in the cluster. It writes only what differs. POSIX sh, run as root.
set -eu
pristine=/usr/local/share/lab/pristine
manifests=/etc/kubernetes/manifests
apiserver=$manifests/kube-apiserver.yaml
# In these trees, restore brings back missing and changed files, and removes additional ones.
trees='/etc/kubernetes /etc/ssh /etc/sudoers.d /etc/systemd/system /root /home/operator'
files='/var/lib/kubelet/config.yaml /var/lib/kubelet/instance-config.yaml /var/lib/kubelet/kubeadm-flags.env'
# In these folders, restore only removes new entries, because daemons change their own files here.
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

# The configuration that kubeadm stores in the cluster. Every upgrade and every join makes its manifests from it.
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
  # This comes last, so that a snapshot with a version is complete.
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
# Until the kubelet's worker has released the pod's name, the kubelet delays the next pod of that name by 10-15 s.
# Housekeeping removes the folder every 2 s (HandlePodCleanups in pkg/kubelet/kubelet_pods.go). The worker ends at its next
# look at the runtime, every 1 s (SyncTerminatedPod in pkg/kubelet/kubelet.go). Nothing outside shows that end.
pod_is_forgotten() {
  for folder in /var/lib/kubelet/pods/*/containers/kube-apiserver; do
    [ ! -e "$folder" ] || return 1
  done
}

# Removes the exited containers of kube-apiserver. The restored manifest has the same pod uid as before. So the kubelet would
# count the end of its earlier container as a crash, and hold the new one back.
forgive() {
  [ ! -e /usr/bin/crictl.away ] || mv -f /usr/bin/crictl.away /usr/bin/crictl
  ids=$(crictl ps --all --quiet --state exited --label io.kubernetes.container.name=kube-apiserver 2>/dev/null) || return 0
  [ -z "$ids" ] || crictl rm $ids >/dev/null 2>&1 || true
}

# A terminating apiserver waits 30 s for its watches. This avoids the wait: it takes the manifest away, waits until the port
# is closed, kills the process, waits until the kubelet has forgotten the pod, and puts the manifest back.
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

# Puts a path back with a rename, because the kubelet kills a pod whose manifest is missing even for a moment.
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

# The paths for which the first description has lines that the second one lacks.
only_in() { comm -23 "$1" "$2" | sed -E -e 's/^[0-9a-f]{64}  //' -e 's/ .*//' | sort -u; }

# Puts back every path that differs, except the apiserver's manifest, which comes later.
restore_trees() {
  describe $trees $files >/run/lab-now
  cmp -s /run/lab-now "$pristine/description" && return 0
  # sort -r puts the content of a folder before the folder.
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

# Unmounts what a test mounted over a folder and did not unmount.
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
  # A planewright guard that still waits for its confirmation would otherwise undo this restore.
  systemctl stop 'planewright*' 2>/dev/null || true
  systemctl reset-failed 2>/dev/null || true
  unmount_all
  restore_trees
  for unit in containerd kubelet ssh; do systemctl is-active --quiet $unit || systemctl start $unit; done
  apiserver_is_pristine && await 300 ready || restart_apiserver
  await 900 apiserver_is_pristine
  await 600 ready
  # This comes after the restart, because the old apiserver may have had its log in one of these folders.
  entries | comm -23 - "$pristine/entries" | while read -r path; do rm -rf "$path"; done
  [ "$(firewall)" = "$(cat "$pristine/firewall")" ] || iptables-restore "$pristine/firewall" || true
}

"$1"
