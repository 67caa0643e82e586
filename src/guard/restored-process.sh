# Waits until the old process serves again with its old files, and keeps running. POSIX sh and coreutils (GNU's or
# busybox's). Comes after new-process.sh; expects undone_process. A wait that fails returns 1 and leaves its reason in
# reason_code and reason.

# Seconds in which the old process has to be ready again: as many as kubeadm gives a control plane
# (ControlPlaneComponentHealthCheckTimeout, k/k cmd/kubeadm/app/constants/constants.go, 1.37). On a slow machine, two
# minutes were too few for an apiserver with nothing wrong.
recovering=240
# The most seconds for which a kubelet holds a container back (MaxCrashLoopBackOff, k/k pkg/kubelet/kubelet.go, 1.37)
forgiving=300
# The same as recovering, after a reboot: the process also waits for the host's network and, if the whole cluster lost
# its power, for etcd's other members
booting=600

# await_back: waits until a process listens after the old manifest is back. A program that crashed may crash once more
# before the kubelet ends its pod.
await_back() {
  arguments=
  while [ "$now" -lt "$give_up" ]; do
    if find_ours && [ "$our_pid:$our_ticks" != "$undone_process" ] && listens "$our_pid" && is_as_before; then
      # On a full disk the guard cannot record which process it is, but the process serves.
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

# is_as_before: succeeds if the process has the command line of the process that ran before
is_as_before() {
  [ ! -s "$transaction/before" ] || [ "$(b64 <"/proc/$our_pid/cmdline")" = "$(cat "$transaction/before")" ]
}

is_ready() {
  timeout 5 kubectl --kubeconfig /etc/kubernetes/admin.conf --server "$server" get --raw /readyz >/dev/null 2>&1
}

# stays: waits until the process is ready. If the host has no kubectl or no admin.conf, waits 5 s and checks that the
# process still runs.
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

# await_recovery: waits until the old process serves again, and keeps running
await_recovery() {
  read_clock
  began_at=$(date +%s) held_back=
  if [ "$is_rebooted" = yes ]; then recovering=$booting; fi
  give_up=$((now + recovering * 100))
  until await_back && stays; do
    [ "$now" -ge "$give_up" ] || continue
    # If the kubelet only holds the container back, it will still come.
    if [ -n "$held_back" ] || is_absent || ! find_back_off "$began_at"; then return 1; fi
    held_back=$back_off
    give_up=$((now + forgiving * 100))
  done
}
