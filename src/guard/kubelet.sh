# The kubelet of this host, and the runtime under it. POSIX sh and coreutils (busybox's too).
# Stands behind process.sh and files.sh; expects is_rebooted, and begun (when the transaction began).
#
# What the kubelet and the runtime do has no code for us: their own words in the journal are read, and nobody else's.

# Seconds without a kubelet, or with one that is stopped, after which nobody waits for it: systemd starts one that
# crashed again after 10 s (RestartSec of kubeadm's unit)
absence=20

pause() {
  sleep 0.1
  read_clock
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

# is_fresh_kubelet: it came after the transaction had begun (or none runs): it has no old pod to forget
is_fresh_kubelet() {
  find_kubelet
  # Both count hundredths of a second since the boot: USER_HZ is 100 wherever Kubernetes runs.
  [ "$is_rebooted" = yes ] || [ "$kubelet_pid" = 0 ] || [ "$kubelet_ticks" -gt "$begun" ]
}

# Which folders the kubelet has of the pod's container: its housekeeping, every 2 s, removes those of dead pods.
pod_folders() { ls -d "$kubelet_root"/pods/*/containers/"$component" 2>/dev/null; }

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

# find_back_off SECONDS: sets back_off to how long, by its words since then, the kubelet holds the container back (10s,
# 2m40s)
find_back_off() {
  command -v journalctl >/dev/null 2>&1 || return 1
  back_off=$(journalctl -u kubelet -o cat --no-pager --since "@$1" 2>/dev/null |
    sed -n "s/.*CrashLoopBackOff.*back-off \([0-9hms.]*\) restarting failed container=$component .*/\1/p" | tail -n 1)
  [ -n "$back_off" ]
}

# The kubelet's word on why no container comes up, twice said: an image that cannot be pulled, a mount that fails.
kubelet_complaint() {
  command -v journalctl >/dev/null 2>&1 || return 1
  complaints=$(journalctl -u kubelet -o cat --no-pager --since "@$1" 2>/dev/null | grep -F "$component" |
    grep -E 'Err(ImagePull|ImageNeverPull)|ImagePullBackOff|InvalidImageName|Create(Container|PodSandbox)(Config)?Error|RunContainerError|FailedMount|MountVolume.SetUp failed')
  [ "$(printf '%s\n' "$complaints" | grep -c .)" -ge 2 ] || return 1
  printf '%s\n' "$complaints" | tail -n 1
}
