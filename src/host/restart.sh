# Waits until the kubelet has replaced a static pod's process, or looks whether one is still there. Sent behind
# process.sh, which says what it expects.
#
# Prints one line: `listening PID TICKS CMDLINE` once the new process listens, `crashed LOG` when it came and went,
# `timeout LOG` when none came, `there LOG`. CMDLINE and LOG are base64.
# Expects as well: watched_pid and watched_ticks (a process that is only asked for: `there`, or `crashed`; 0 to wait
# for a new one), deadline (seconds), drain (seconds; empty where the old process is left to the kubelet).

: "${component:?}" "${old_pid:?}" "${old_ticks:?}" "${watched_pid:?}" "${watched_ticks:?}"
: "${arguments?}" "${port:?}" "${drain?}" "${deadline:?}"
set -u

# finish OUTCOME
finish() {
  printf '%s %s\n' "$1" "$(last_words | b64)"
  exit 0
}

known_logs=
if [ "$watched_pid" != 0 ]; then
  if is_running "$watched_pid" "$watched_ticks"; then finish there; fi
  finish crashed
fi
known_logs=$(pod_logs)
seen_pid=0 # a new process that we have seen
was_open=  # the old process has listened while we looked
closed_at= # since when the old process is there and its port is closed
read_clock
end=$((now + deadline * 100))
while [ "$now" -lt "$end" ]; do
  if is_old; then
    # A terminating apiserver closes its port within 0.1 s, and then only waits for watches, which never end,
    # until the kubelet kills it after 30 s. Once requests in flight had their time, it is ended for it.
    if listens "$old_pid"; then
      was_open=yes closed_at=
    elif [ -n "$was_open" ]; then
      [ -n "$closed_at" ] || closed_at=$now
      if [ -n "$drain" ] && [ "$port" != 0 ] && [ $((now - closed_at)) -ge $((drain * 100)) ]; then
        kill -9 "$old_pid" 2>/dev/null
      fi
    fi
  elif find_latest; then
    if [ "$seen_pid" != 0 ] && [ "$seen_pid" != "$new_pid" ]; then finish crashed; fi
    seen_pid=$new_pid
    if listens "$new_pid"; then
      cmdline=$(b64 2>/dev/null <"/proc/$new_pid/cmdline")
      # One that has just ended has no command line any more: the next look finds it gone.
      if [ -n "$cmdline" ] && is_running "$new_pid" "$new_ticks"; then
        printf 'listening %s %s %s\n' "$new_pid" "$new_ticks" "$cmdline"
        exit 0
      fi
    fi
  elif [ "$seen_pid" != 0 ]; then
    finish crashed
  else
    # A process that ends within a fifth of a second is told by its logs alone.
    count_starts
    if [ "$starts" -ge 2 ]; then finish crashed; fi
  fi
  sleep 0.2
  read_clock
done
finish timeout
