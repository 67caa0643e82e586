# Functions about this host's kubelet and its container runtime. POSIX sh and coreutils (GNU's or busybox's). Comes
# after process.sh and files.sh; expects is_rebooted, and begun (when the transaction began).
#
# The kubelet and the runtime report no error codes, so these functions read their messages in the kubelet's journal,
# and no other messages.

# Seconds that the guard waits for a kubelet that is missing or stopped: systemd restarts a crashed kubelet after 10 s
# (RestartSec of kubeadm's unit)
absence=20

pause() {
  sleep 0.1
  read_clock
}

# kubelet_flag NAME: prints the value of this flag of the kubelet that find_kubelet found
kubelet_flag() { tr '\0' '\n' <"/proc/$kubelet_pid/cmdline" | sed -n "s/^--$1=//p; /^--$1\$/{n;p;}"; }

# find_kubelet: sets kubelet_pid, kubelet_ticks and kubelet_condition, and kubelet_root to the kubelet's folder
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

# is_absent: succeeds if no kubelet works; sets absent_code and absent to the reason
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

# watch_kubelet: fails with a reason if the kubelet has been absent for too long; expects here_at, when it was last
# seen
watch_kubelet() {
  if is_absent; then
    [ $((now - here_at)) -ge $((absence * 100)) ] || return 0
    because "$absent_code" "$absent: nothing would restart $component"
    return 1
  fi
  here_at=$now
}

# is_fresh_kubelet: succeeds if no kubelet runs, or if it started after the transaction began: then it has no old pod
# to forget
is_fresh_kubelet() {
  find_kubelet
  # Both count hundredths of a second since the boot: USER_HZ is 100 on every platform that Kubernetes runs on.
  [ "$is_rebooted" = yes ] || [ "$kubelet_pid" = 0 ] || [ "$kubelet_ticks" -gt "$begun" ]
}

# pod_folders: prints the folders that the kubelet has for the pod's container. The kubelet's housekeeping removes
# those of dead pods every 2 s.
pod_folders() { ls -d "$kubelet_root"/pods/*/containers/"$component" 2>/dev/null; }

# runtime_endpoint: prints the socket of the kubelet's runtime, from its flag or its configuration file
runtime_endpoint() {
  told=$(kubelet_flag container-runtime-endpoint)
  [ -n "$told" ] || told=$(sed -n 's/^containerRuntimeEndpoint: *//p' "$(kubelet_flag config)" | tr -d \"\')
  printf '%s\n' "$told"
}

# ask_runtime ARGUMENT...: runs crictl if it exists, on the kubelet's own runtime, as a host may have other runtimes
ask_runtime() {
  command -v crictl >/dev/null 2>&1 || return 1
  endpoint=$(runtime_endpoint 2>/dev/null)
  if [ -n "$endpoint" ]; then set -- --runtime-endpoint "$endpoint" "$@"; fi
  timeout 5 crictl "$@" 2>/dev/null
}

# find_back_off SECONDS: sets back_off to the time for which the kubelet holds the container back (10s, 2m40s), from
# its messages since then
find_back_off() {
  command -v journalctl >/dev/null 2>&1 || return 1
  back_off=$(journalctl -u kubelet -o cat --no-pager --since "@$1" 2>/dev/null |
    sed -n "s/.*CrashLoopBackOff.*back-off \([0-9hms.]*\) restarting failed container=$component .*/\1/p" | tail -n 1)
  [ -n "$back_off" ]
}

# kubelet_complaint SECONDS: prints the kubelet's message about why no container starts, if it gave one twice since
# then: an image that cannot be pulled, a mount that fails
kubelet_complaint() {
  command -v journalctl >/dev/null 2>&1 || return 1
  complaints=$(journalctl -u kubelet -o cat --no-pager --since "@$1" 2>/dev/null | grep -F "$component" |
    grep -E 'Err(ImagePull|ImageNeverPull)|ImagePullBackOff|InvalidImageName|Create(Container|PodSandbox)(Config)?Error|RunContainerError|FailedMount|MountVolume.SetUp failed')
  [ "$(printf '%s\n' "$complaints" | grep -c .)" -ge 2 ] || return 1
  printf '%s\n' "$complaints" | tail -n 1
}
