# Waits until what ran before serves again with its old files, and goes on doing so. POSIX sh and coreutils (busybox's too).
# Stands behind new-process.sh; expects undone_process. A wait that fails returns 1 and leaves why in reason_code and reason.

# Seconds in which the old process has to be ready again: as many as kubeadm gives a control plane
# (ControlPlaneComponentHealthCheckTimeout, k/k cmd/kubeadm/app/constants/constants.go, 1.37). On a slow machine two minutes
# were too few for an apiserver with nothing wrong.
recovering=240
# Seconds for which a kubelet holds a container back at most (MaxCrashLoopBackOff, k/k pkg/kubelet/kubelet.go, 1.37)
forgiving=300
# The same after a reboot: the host's network comes first, and etcd's other members where the whole cluster lost its power
booting=600

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
  if [ "$is_rebooted" = yes ]; then recovering=$booting; fi
  give_up=$((now + recovering * 100))
  until await_back && stays; do
    [ "$now" -ge "$give_up" ] || continue
    # One that is only held back comes yet.
    if [ -n "$held_back" ] || is_absent || ! find_back_off "$began_at"; then return 1; fi
    held_back=$back_off
    give_up=$((now + forgiving * 100))
  done
}
