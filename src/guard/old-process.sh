# Waits until the old process has ended and the kubelet has forgotten its pod. POSIX sh and coreutils (GNU's or
# busybox's). Comes after arrival.sh, kubelet.sh and exit-code.sh.
#
# Expects: drain (the most seconds that requests in flight get). A wait that fails returns 1 and leaves its reason in
# reason_code and reason.

# Seconds in which the kubelet acts on a removed manifest: inotify tells it, and if inotify fails it looks every 20 s
# (fileCheckFrequency)
reaction=25
# Seconds that the process has to end after its port closed, in addition to drain: the time until a kill takes effect
ending=15
# Seconds in which a kubelet forgets a pod whose process is gone: its housekeeping runs every 2 s
forgetting=15
# Hundredths of a second after a pod's folder was removed, by which the pod's worker has certainly released the pod's
# name: it waits for the next look at the runtime, every 1 s (genericPlegRelistPeriod, k/k pkg/kubelet/kubelet.go,
# 1.28 to 1.37). If a pod of that name comes sooner, it waits 10-15 s for its next turn (backOffPeriod and its jitter,
# pkg/kubelet/pod_workers.go).
letting_go=130
# The same, counted from the end of the pod's process: the kubelet stops the sandbox in between
winding_up=200
# Bytes of the smallest answer: a bare Status in protobuf with its headers is about 130 bytes, by calculation. The
# process also writes 44 bytes, as counted here, to its etcd for each event that comes from there. That is no answer
# to a client.
answer=100
# Hundredths of a second after the port closed in which the guard does not end the process: it answers most of its
# requests in this time
min_drain=50
# After min_drain, the process is drained when it writes no answer between two looks, 0.1 s apart. A request that
# waits in silence stays invisible, however long the guard looks. If watches get events all the time, only drain ends
# the wait.

# pause_and_note: pauses while a pod is taken down, and looks for the exit code: the kubelet removes the pod's
# containers, and with them what the runtime recorded
pause_and_note() {
  note_exit_code
  pause
}

# written PID: sets bytes to the number of bytes that the process has written so far, to files and sockets. It leaves
# out the writes of 8 bytes with which Go's runtime wakes itself, many times a second (netpollBreak,
# runtime/netpoll_epoll.go).
written() {
  bytes='' writes=0
  while read -r key value; do
    case $key in
      wchar:) bytes=$value ;;
      syscw:) writes=$value ;;
    esac
  done 2>/dev/null <"/proc/$1/io"
  if [ -n "$bytes" ]; then bytes=$((bytes - 8 * writes)); fi
}

# is_quiet: succeeds if the process that ends has written no answer since the look before; sets last
is_quiet() {
  before_last=$last
  written "$our_pid"
  last=$bytes
  [ -n "$bytes" ] && [ -n "$before_last" ] && [ $((bytes - before_last)) -lt "$answer" ]
}

# await_end: waits until no process of the pod runs, after the manifest was taken away. A terminating apiserver closes
# its port within 0.1 s. Then it only waits for watches, which never end, until the kubelet kills it after 30 s. So
# the guard ends it once requests in flight had their time. Sets ended_at to when a process was last seen; 0 if there
# was none.
await_end() {
  ending_pid=0 ended_at=0
  read_clock
  give_up=$((now + reaction * 100))
  while find_ours; do
    ended_at=$now
    if [ "$ending_pid" != "$our_pid" ]; then ending_pid=$our_pid closed_at='' last=''; fi
    if [ "$port" != 0 ] && ! listens "$our_pid"; then
      if [ -z "$closed_at" ]; then
        closed_at=$now
        give_up=$((now + (drain + ending) * 100))
      fi
      closed_for=$((now - closed_at))
      if [ "$closed_for" -ge $((drain * 100)) ] || { [ "$closed_for" -ge "$min_drain" ] && is_quiet; }; then
        kill -9 "$our_pid" 2>/dev/null
      fi
    fi
    if [ "$now" -ge "$give_up" ] || { [ -z "$closed_at" ] && is_absent; }; then
      because not-ended "the old $component is still there: the kubelet does not take it down"
      return 1
    fi
    pause_and_note
  done
}

# find_cgroups: sets cgroup_head and cgroup_tail: the path of a static pod's cgroup, before and after the pod's uid.
# The path depends on the cgroup driver and the pod's class, so it comes from the process that runs. If none runs,
# nothing changes.
find_cgroups() {
  find_ours || return 0
  told=$(sed -n 's#^[0-9]*:[^:]*:\(/.*pod\)[0-9a-f]\{32\}\([^/]*\)/.*#\1:\2#p' "/proc/$our_pid/cgroup" | head -n 1)
  [ -n "$told" ] || return 0
  for cgroup_head in /sys/fs/cgroup/memory /sys/fs/cgroup; do
    cgroup_head=$cgroup_head${told%:*} cgroup_tail=${told##*:}
    ! ls -d "$cgroup_head"*"$cgroup_tail" >/dev/null 2>&1 || return 0
  done
  cgroup_head=
}

# cgroup_of FOLDER: prints the folder of the cgroup of the pod that this folder belongs to
cgroup_of() {
  pod=${1#"$kubelet_root/pods/"}
  printf '%s\n' "$cgroup_head${pod%%/*}$cgroup_tail"
}

# await_forgotten SINCE FOLDER...: waits until the kubelet's worker for the pod has released the pod's name. The
# worker's last act is to remove the cgroup (SyncTerminatedPod, k/k pkg/kubelet/kubelet.go, 1.28 to 1.37).
# Housekeeping also removes it, perhaps earlier, but always after the folder (HandlePodCleanups,
# pkg/kubelet/kubelet_pods.go). So a cgroup that is gone before the folder shows that the worker has ended. If the
# folder goes first, nothing outside the kubelet shows it. SINCE is when the process ended, 0 if nobody saw it.
await_forgotten() {
  ended_at=$1
  shift
  [ "$#" -gt 0 ] || return 0
  read_clock
  give_up=$((now + forgetting * 100))
  gone_at=$now
  for pod_folder; do
    cgroup=$(cgroup_of "$pod_folder")
    while [ -d "$pod_folder" ]; do
      if [ "$#" = 1 ] && [ -n "$cgroup_head" ] && ! [ -d "$cgroup" ] && [ -d "$pod_folder" ]; then
        pause_and_note
        return
      fi
      if [ "$now" -ge "$give_up" ]; then
        because not-forgotten "the kubelet does not forget the old pod"
        return 1
      fi
      pause_and_note
      gone_at=$now
    done
  done
  until [ "$now" -ge $((gone_at + letting_go)) ] || { [ "$ended_at" != 0 ] && [ "$now" -ge $((ended_at + winding_up)) ]; }; do
    pause_and_note
  done
}

# forgive: removes the pod's containers that ended. A static pod's uid is the hash of its manifest, so the same
# manifest is the same pod to the kubelet when it comes again. The kubelet counts a container of it that the runtime
# still has as a crash, even if the guard ended it (doBackOff, k/k pkg/kubelet/kuberuntime/kuberuntime_manager.go,
# 1.37). It holds the next container back for 10 s from the end of that one, and twice as long each time within 10
# minutes. Garbage collection also removes such containers, once a minute.
forgive() {
  # shellcheck disable=SC2046 # ids: no spaces
  set -- $(ask_runtime ps --all --quiet --state exited --label "io.kubernetes.container.name=$component" \
    --label io.kubernetes.pod.namespace=kube-system)
  if [ "$#" -gt 0 ]; then ask_runtime rm "$@" >/dev/null || :; fi
}
