# Lets the kubelet replace a static pod, the swift way or the patient one. POSIX sh and coreutils (busybox's too).
# Stands behind process.sh and files.sh, which say what they expect.
#
# Expects as well: drain (seconds that requests in flight have at most), manifest (the number of the change that is
# the manifest; empty where the restart comes by itself), awaited (yes where a mount waits for what was written),
# known_containers (what containers printed before).
# A wait that fails returns 1 and leaves why in reason_code and reason.

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
# Seconds until a restart counts as failed. Left to the kubelet one takes 36-43 s on Kubernetes 1.37; a loaded
# machine takes longer.
starting=120
# The same for a pod that waits for a file: the kubelet tries a mount again 2m2s after it failed (maxDurationBeforeRetry,
# k/k pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go, 1.37), and a pod anew 10-15 s after it gave up
# its mounts, which is after 2m3s (podAttachAndMountTimeout, pkg/kubelet/volumemanager/volume_manager.go)
mounting=300
# Hundredths of a second in which a kubelet that takes a manifest up has made the pod's cgroup: 10 as measured. One that is
# busy takes longer; one that holds the name for the old pod makes none. See offer_again.
taking_up=200
# Where containerd's plugin for Kubernetes keeps its records (containerd's default root)
containerd=/var/lib/containerd/io.containerd.grpc.v1.cri
# Seconds without a kubelet, or with one that is stopped, after which nobody waits for it: systemd starts one that
# crashed again after 10 s (RestartSec of kubeadm's unit)
absence=20
# Seconds for which a kubelet holds a container back at most (MaxCrashLoopBackOff, k/k pkg/kubelet/kubelet.go, 1.37)
forgiving=300
# The same as starting for what has to come back with its host: the host's network, and for a whole cluster that lost its power
# etcd's other members, come first
booting=600
# Seconds in which somebody may mend a filesystem that lets no manifest be put back
mending=600
# Bytes that the least answer has, a bare Status in protobuf behind its headers: some 130, by reckoning. Below it is what the
# process tells its etcd of each event that it hears from there (44, as counted here) though nobody waits for an answer.
answer=100
# Hundredths of a second from the closed port on in which a process is let be: what it has in hand is mostly answered then
min_drain=50
# After that it is drained when it writes no answer from one look to the next, 0.1 s later. A request that waits in
# silence is not seen so, however long one looks; where watches have news all the time, only drain ends the wait.

pause() {
  sleep 0.1
  read_clock
}

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

# find_ours: sets our_pid and our_ticks to the process that runs: a later one, or else the old one
find_ours() {
  wanted_arguments=$arguments arguments=
  if find_latest; then
    our_pid=$new_pid our_ticks=$new_ticks
  else
    our_pid=$old_pid our_ticks=$old_ticks
  fi
  arguments=$wanted_arguments
  is_running "$our_pid" "$our_ticks"
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

# kubelet_flag NAME: of the kubelet that was found
kubelet_flag() { tr '\0' '\n' <"/proc/$kubelet_pid/cmdline" | sed -n "s/^--$1=//p; /^--$1\$/{n;p;}"; }

# find_kubelet: sets kubelet_pid, kubelet_ticks and kubelet_condition, and kubelet_root to its folder
find_kubelet() {
  kubelet_pid=0 kubelet_ticks=0 kubelet_condition='' kubelet_root=/var/lib/kubelet
  for folder in /proc/[0-9]*; do
    { read -r name <"$folder/comm"; } 2>/dev/null || continue
    if [ "$name" != kubelet ] || ! read_ticks "${folder#/proc/}"; then continue; fi
    kubelet_pid=${folder#/proc/} kubelet_ticks=$ticks kubelet_condition=$condition
    told=$(kubelet_flag root-dir)
    kubelet_root=${told:-/var/lib/kubelet}
    return
  done
}

# is_absent: no kubelet is at work; sets absent_code and absent to what is the matter
is_absent() {
  find_kubelet
  if [ "$kubelet_pid" = 0 ]; then
    absent_code=no-kubelet absent='no kubelet runs'
  elif [ "$kubelet_condition" = T ]; then
    absent_code=kubelet-stopped absent='the kubelet is stopped (SIGSTOP)'
  else
    return 1
  fi
}

# watch_kubelet: fails with a reason when it has been absent for so long; expects here_at, when it was last seen
watch_kubelet() {
  if is_absent; then
    [ $((now - here_at)) -ge $((absence * 100)) ] || return 0
    because "$absent_code" "$absent: nothing would restart $component"
    return 1
  fi
  here_at=$now
}

# Which folders the kubelet has of the pod's container: its housekeeping, every 2 s, removes those of dead pods.
pod_folders() { ls -d "$kubelet_root"/pods/*/containers/"$component" 2>/dev/null; }

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

# is_fresh_kubelet: it came after the transaction had begun (or none runs): it has no old pod to forget
is_fresh_kubelet() {
  find_kubelet
  # Both count hundredths of a second since the boot: USER_HZ is 100 wherever Kubernetes runs.
  [ "$is_rebooted" = yes ] || [ "$kubelet_pid" = 0 ] || [ "$kubelet_ticks" -gt "$begun" ]
}

# runtime_endpoint: the socket of the kubelet's runtime, by its flag or its file
runtime_endpoint() {
  told=$(kubelet_flag container-runtime-endpoint)
  [ -n "$told" ] || told=$(sed -n 's/^containerRuntimeEndpoint: *//p' "$(kubelet_flag config)" | tr -d \"\')
  printf '%s\n' "$told"
}

# ask_runtime ARGUMENT...: crictl, where it is there; of the kubelet's own runtime, as a host may have others
ask_runtime() {
  command -v crictl >/dev/null 2>&1 || return 1
  endpoint=$(runtime_endpoint 2>/dev/null)
  if [ -n "$endpoint" ]; then set -- --runtime-endpoint "$endpoint" "$@"; fi
  timeout 5 crictl "$@" 2>/dev/null
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

# find_back_off SECONDS: sets back_off to how long, by its words since then, the kubelet holds the container back (10s,
# 2m40s)
find_back_off() {
  command -v journalctl >/dev/null 2>&1 || return 1
  back_off=$(journalctl -u kubelet -o cat --no-pager --since "@$1" 2>/dev/null |
    sed -n "s/.*CrashLoopBackOff.*back-off \([0-9hms.]*\) restarting failed container=$component .*/\1/p" | tail -n 1)
  [ -n "$back_off" ]
}

# take_away SUFFIX: the manifest, to beside its folder; 2 where it was somebody else's, 3 where it cannot be moved
take_away() {
  mv -f -- "$path" "$staged$1" || return 3
  persist_name "$path"
  current "$staged$1"
  if is_known "$current"; then return 0; fi
  if [ "$current" != unreadable ]; then keep_foreign "$number" "$staged$1"; fi
  # Somebody was faster than us by the blink of an eye: it goes back where it was, unless there is one again.
  if ! ln -- "$staged$1" "$path" && [ ! -e "$path" ]; then mv -f -- "$staged$1" "$path"; fi
  persist_name "$path"
  if [ "$current" = unreadable ]; then return 3; fi
  say "$path was edited by somebody else"
  return 2
}

# put_in FILE: as the manifest that is not there; never over one that somebody else put there meanwhile
put_in() {
  if ! ln -- "$1" "$path"; then
    if [ -e "$path" ]; then
      current "$path"
      is_known "$current" || keep_foreign "$number" "$path"
      return 1
    fi
    # Some filesystems have no hard links.
    mv -f -- "$1" "$path" || return 1
  fi
  label "$path"
  rm -f -- "$1"
  persist_name "$path"
}

# list_pods: what the kubelet has made for pods: their folders, and the cgroups of those of our pod's class
list_pods() { ls -d "$kubelet_root"/pods/* "${cgroup_head:-/nowhere/}"*"$cgroup_tail" 2>/dev/null; }

# is_taken_up: the kubelet has made something for a pod since known_pods were listed
is_taken_up() {
  for pod in $(list_pods); do
    case $newline$known_pods$newline in *"$newline$pod$newline"*) ;; *) return 0 ;; esac
  done
  return 1
}

# offer_again: the new manifest, once, to a kubelet that has not taken it up. No sign of the worker's is wholly certain, and
# a pod that it holds back waits 10-15 s for its next turn; one that is taken away before it began, and comes again, has it
# with the next housekeeping, which comes every 2 s and restarts it (HandlePodCleanups, pkg/kubelet/kubelet_pods.go; measured
# on Kubernetes 1.37.2, and by its code the same from 1.30 on). Expects offer_at, empty where it is not to be offered, and
# known_pods. Not done for an undo: what worked before stays in. Fails with a reason where the manifest is not ours any more.
offer_again() {
  if [ -z "$offer_at" ] || [ "$now" -lt "$offer_at" ]; then return 0; fi
  offer_at=''
  if is_absent || is_taken_up; then return 0; fi
  load "$manifest" || return 0
  take_away ''
  case $? in
    0) ;;
    2)
      because edited "$path was edited by somebody else"
      return 1
      ;;
    *) return 0 ;;
  esac
  if ! put_in "$staged"; then
    because not-put-in "$path could not be put in again"
    return 1
  fi
  printf 'the kubelet had not taken it up: the manifest was offered again\n' >>"$transaction/journal"
}

# hold_process PID TICKS: writes down which process serves now, for whoever follows the transaction; 2 where it has
# ended: such a process has no command line any more, and would be told as one that lacks all our flags
hold_process() {
  cmdline=$(b64 2>/dev/null <"/proc/$1/cmdline")
  if [ -z "$cmdline" ] || ! is_running "$1" "$2"; then return 2; fi
  record process "$1 $2 $cmdline"
}

# The kubelet's word on why no container comes up, twice said: an image that cannot be pulled, a mount that fails.
kubelet_complaint() {
  command -v journalctl >/dev/null 2>&1 || return 1
  complaints=$(journalctl -u kubelet -o cat --no-pager --since "@$1" 2>/dev/null | grep -F "$component" |
    grep -E 'Err(ImagePull|ImageNeverPull)|ImagePullBackOff|InvalidImageName|Create(Container|PodSandbox)(Config)?Error|RunContainerError|FailedMount|MountVolume.SetUp failed')
  [ "$(printf '%s\n' "$complaints" | grep -c .)" -ge 2 ] || return 1
  printf '%s\n' "$complaints" | tail -n 1
}

# await_start: until a process of ours listens that has the arguments; leaves its words where it comes and goes
await_start() {
  known_logs=$1
  seen_pid=0 was_open='' closed_at='' next_complaint=300 missed=0
  read_clock
  began=$now began_at=$(date +%s) here_at=$now next_look=$((now + 200))
  limit=$starting
  if [ "$awaited" = yes ]; then
    limit=$mounting
    # What the kubelet said of the missing file may be of this very second.
    began_at=$((began_at + 1))
  fi
  give_up=$((now + limit * 100))
  while [ "$now" -lt "$give_up" ]; do
    if is_old; then
      # The patient way: the new manifest is in, and the old process on its way out.
      if listens "$old_pid"; then
        was_open=yes closed_at=
      elif [ -n "$was_open" ]; then
        [ -n "$closed_at" ] || closed_at=$now
        if [ "$way" = swift ] && [ "$port" != 0 ] && [ $((now - closed_at)) -ge $((drain * 100)) ]; then
          kill -9 "$old_pid" 2>/dev/null
        fi
      fi
    elif find_latest; then
      if [ "$seen_pid" != 0 ] && [ "$seen_pid" != "$new_pid" ]; then
        crashed
        return 1
      fi
      seen_pid=$new_pid
      if listens "$new_pid"; then
        hold_process "$new_pid" "$new_ticks"
        case $? in
          0) return 0 ;;
          1) return 1 ;;
        esac
      fi
    elif [ "$seen_pid" != 0 ] || has_come_and_gone; then
      crashed
      return 1
    elif ! offer_again; then
      return 1
    elif [ $((now - began)) -ge "$next_complaint" ]; then
      next_complaint=$((next_complaint + 200))
      if complaint=$(kubelet_complaint "$began_at"); then
        because not-startable "the kubelet cannot start the new $component"
        printf '%s\n' "$complaint" >"$transaction/words"
        return 1
      fi
      # Some seconds are waited for; not minutes without an apiserver.
      if find_back_off "$began_at"; then case $back_off in [2-9]m* | *h*) break ;; esac; fi
    fi
    if [ "$now" -ge "$next_look" ]; then
      next_look=$((now + 200))
      watch_kubelet || return 1
    fi
    pause
  done
  because not-listening "no new $component listens after $(((now - began) / 100)) s"
  if find_back_off "$began_at"; then
    because held-back "$reason: after earlier crashes of the same manifest the kubelet holds it back for $back_off (CrashLoopBackOff)"
  fi
  last_words >"$transaction/words"
  return 1
}

# has_come_and_gone: a container began, and its process is not there. One that ends within a tenth of a second is told
# by its logs alone: a second container, or a first one that has no process for ten looks.
has_come_and_gone() {
  count_starts
  if [ "$starts" = 0 ] || find_ours; then missed=0; else missed=$((missed + 1)); fi
  [ "$starts" -ge 2 ] || [ "$missed" -ge 10 ]
}

# containers: the logs of the program's containers, the latest first; a container's id is in the name
containers() { ls -t /var/log/containers/*_"$component"-*.log 2>/dev/null; }

# exit_code_of ID: what the runtime noted of a container that ended: asked of crictl, or read where containerd's own
# record is (containerd internal/cri/store/container/status.go); fails for one that runs
exit_code_of() {
  if command -v crictl >/dev/null 2>&1; then
    told=$(ask_runtime inspect --output json "$1" | tr -d ' \n')
    case $told in *'"state":"CONTAINER_EXITED"'*) ;; *) return 1 ;; esac
    told=$(printf '%s' "$told" | sed -n 's/.*"exitCode":\([0-9]*\).*/\1/p')
  else
    told=$(sed -n '/"FinishedAt":0,/!s/.*"ExitCode":\([0-9]*\).*/\1/p' "$containerd/containers/$1/status" 2>/dev/null)
  fi
  [ -n "$told" ] && printf '%s\n' "$told"
}

# new_containers: the ids of those that were not there before, the latest first
new_containers() {
  for container in $(containers); do
    case $known_containers in *"$container"*) continue ;; esac
    container=${container##*-}
    printf '%s\n' "${container%.log}"
  done
}

# look_for_code: sets exit_code to that of the container that crashed; where that is not known, of the latest new one that ended
look_for_code() {
  for container in ${crashed_container:-$(new_containers)}; do
    if exit_code=$(exit_code_of "$container"); then return 0; fi
  done
  return 1
}

# find_exit_code PATIENCE: sets exit_code to that of the container that crashed; looks once, and until so many hundredths of
# a second have passed
find_exit_code() {
  exit_code=''
  command -v crictl >/dev/null 2>&1 || [ -d "$containerd/containers" ] || return 1
  read_clock
  enough=$((now + $1))
  until look_for_code; do
    read_clock
    [ "$now" -lt "$enough" ] || return 1
    sleep 0.1
  done
}

# crash_words [EXIT_CODE]
crash_words() { printf '%s\n' "the new $component does not stay up${1:+: its container ended with exit code $1}"; }

crashed() {
  because crashed "$(crash_words)"
  # The runtime needs a moment to note it. On a busy machine more than that: nobody is without an apiserver for it.
  if find_exit_code 100; then
    because crashed "$(crash_words "$exit_code")"
  else
    is_coded=no
    # What comes after it is ended by us, and has a code as well.
    crashed_container=$(new_containers | head -n 1)
  fi
  last_words >"$transaction/words"
}

# note_exit_code: adds the exit code that was not there yet when the program crashed, which is the reason then
note_exit_code() {
  if [ "$is_coded" = yes ] || ! find_exit_code 0; then return 0; fi
  is_coded=yes
  record reason "$(crash_words "$exit_code")" || :
}

# await_back: until a process listens again after the old manifest is back. What crashed may crash once more before
# the kubelet lets it go.
await_back() {
  arguments=
  while [ "$now" -lt "$give_up" ]; do
    if find_ours && [ "$our_pid:$our_ticks" != "$undone_process" ] && listens "$our_pid" && is_as_before; then
      # On a disk that is full nobody is told which process it is; it serves all the same.
      hold_process "$our_pid" "$our_ticks"
      [ $? = 2 ] || return 0
    fi
    pause
  done
  because not-serving "$component does not serve with its old files"
  if is_absent; then reason="$reason: $absent"; fi
  last_words >"$transaction/words"
  return 1
}

# is_as_before: what runs has the command line of what ran before
is_as_before() {
  [ ! -s "$transaction/before" ] || [ "$(b64 <"/proc/$our_pid/cmdline")" = "$(cat "$transaction/before")" ]
}

# is_ready: kubectl's word for it where there is one
is_ready() {
  timeout 5 kubectl --kubeconfig /etc/kubernetes/admin.conf --server "$server" get --raw /readyz >/dev/null 2>&1
}

# stays: the process that is back is ready, or has not gone for a while where nothing on the host can ask it
stays() {
  if command -v kubectl >/dev/null 2>&1 && [ -f /etc/kubernetes/admin.conf ] && [ -n "$server" ]; then
    until is_ready; do
      is_running "$our_pid" "$our_ticks" || return 1
      pause
      because not-ready "$component is not ready with its old files"
      [ "$now" -lt "$give_up" ] || return 1
    done
    return
  fi
  seen_at=$now
  while [ $((now - seen_at)) -lt 500 ]; do
    is_running "$our_pid" "$our_ticks" || return 1
    pause
  done
}

# await_recovery: until what ran before serves again, and goes on doing so
await_recovery() {
  read_clock
  began_at=$(date +%s) held_back=
  if [ "$is_rebooted" = yes ]; then starting=$booting; fi
  give_up=$((now + starting * 100))
  until await_back && stays; do
    [ "$now" -ge "$give_up" ] || continue
    # One that is only held back comes yet.
    if [ -n "$held_back" ] || is_absent || ! find_back_off "$began_at"; then return 1; fi
    held_back=$back_off
    give_up=$((now + forgiving * 100))
  done
}
