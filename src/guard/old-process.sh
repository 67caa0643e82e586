# Waits until the old process has ended and the kubelet has forgotten its pod. POSIX sh and coreutils (busybox's too).
# Stands behind arrival.sh, kubelet.sh and exit-code.sh.
#
# Expects: drain (seconds that requests in flight have at most). A wait that fails returns 1 and leaves why in
# reason_code and reason.

# Seconds in which the kubelet acts on a manifest that went away: it is told by inotify, and looks every 20 s
# (fileCheckFrequency) where that fails.
reaction=25
# Seconds from the closed port to the end of a process: drain, and this long for a kill to show
ending=15
# Seconds in which a kubelet forgets a pod whose process is gone: its housekeeping comes every 2 s
forgetting=15
# Hundredths of a second from the removal of a pod's folder in which the pod's worker has let go of the pod's name for
# certain: it waits for the next look at the runtime, every 1 s (genericPlegRelistPeriod, k/k pkg/kubelet/kubelet.go,
# 1.28 to 1.37). A pod of that name that comes sooner waits 10-15 s for its next turn (backOffPeriod and its jitter,
# pkg/kubelet/pod_workers.go).
letting_go=130
# The same from the end of the pod's process on: the sandbox is stopped in between
winding_up=200
# Bytes that the least answer has, a bare Status in protobuf behind its headers: some 130, by reckoning. Below it is what the
# process tells its etcd of each event that it hears from there (44, as counted here) though nobody waits for an answer.
answer=100
# Hundredths of a second from the closed port on in which a process is let be: what it has in hand is mostly answered then
min_drain=50
# After that it is drained when it writes no answer from one look to the next, 0.1 s later. A request that waits in
# silence is not seen so, however long one looks; where watches have news all the time, only drain ends the wait.

# pause_and_note: while a pod is taken away, as the kubelet drops its containers with it, and what the runtime noted of them
pause_and_note() {
  note_exit_code
  pause
}

# written PID: sets bytes to what the process has written so far, to files and sockets. Go's runtime wakes itself up by
# writes of 8 bytes (netpollBreak of runtime/netpoll_epoll.go), many times a second: they are left out.
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

# is_quiet: the process that ends has written no answer since the look before; sets last
is_quiet() {
  before_last=$last
  written "$our_pid"
  last=$bytes
  [ -n "$bytes" ] && [ -n "$before_last" ] && [ $((bytes - before_last)) -lt "$answer" ]
}

# await_end: until none of ours runs. The manifest is away: a terminating apiserver closes its port within 0.1 s,
# and then only waits for watches, which never end, until the kubelet kills it after 30 s. Once requests in flight
# had their time it is ended for it. Sets ended_at to when one was last seen; 0 where there was none.
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

# find_cgroups: sets cgroup_head and cgroup_tail, between which a static pod's uid makes its cgroup's folder. The
# process that is ours tells: the name depends on the cgroup driver and on the pod's class. Kept where none is there.
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

# cgroup_of FOLDER: the folder of the cgroup of the pod that has this one
cgroup_of() {
  pod=${1#"$kubelet_root/pods/"}
  printf '%s\n' "$cgroup_head${pod%%/*}$cgroup_tail"
}

# await_forgotten SINCE FOLDER...: until the kubelet's worker of the pod has let go of the pod's name. The last thing
# that it does is to remove the cgroup (SyncTerminatedPod, k/k pkg/kubelet/kubelet.go, 1.28 to 1.37). Housekeeping
# removes it as well, and that may be sooner, but then always after the folder (HandlePodCleanups,
# pkg/kubelet/kubelet_pods.go): a cgroup that is gone before the folder is the worker's sign. Where the folder went
# first nothing outside tells. SINCE is when the process ended, 0 where nobody saw it.
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

# forgive: drops the containers of the pod that ended. A static pod's uid is the hash of its manifest: the same manifest,
# in again after a while, is the same pod to the kubelet, and a container of it that the runtime still has is a crash,
# whoever ended it (doBackOff, k/k pkg/kubelet/kuberuntime/kuberuntime_manager.go, 1.37). It is held back for 10 s from
# its end, and twice as long each time within 10 minutes. Garbage collection drops them as well, once a minute.
forgive() {
  # shellcheck disable=SC2046 # ids: no spaces
  set -- $(ask_runtime ps --all --quiet --state exited --label "io.kubernetes.container.name=$component" \
    --label io.kubernetes.pod.namespace=kube-system)
  if [ "$#" -gt 0 ]; then ask_runtime rm "$@" >/dev/null || :; fi
}
