# Waits until the kubelet has replaced a static pod's process, or looks whether a process is still there. Comes after
# process.sh and arrival.sh, which say what they expect.
#
# Prints one line: `listening PID TICKS CMDLINE` when the new process listens, `crashed LOG` if it came and went,
# `timeout LOG` if none came, or `there LOG`. CMDLINE and LOG are base64. Also expects: watched_pid and watched_ticks
# (a process to look for: `there` or `crashed`; 0 to wait for a new one), deadline (seconds).

: "${component:?}" "${old_pid:?}" "${old_ticks:?}" "${watched_pid:?}" "${watched_ticks:?}"
: "${arguments?}" "${port:?}" "${grace?}" "${deadline:?}"
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
begin_looks
read_clock
end=$((now + deadline * 100))
while [ "$now" -lt "$end" ]; do
  look
  case $sight in
    listening)
      cmdline=$(b64 2>/dev/null <"/proc/$new_pid/cmdline")
      # A process that has just ended has no command line any more: the next look finds it gone.
      if [ -n "$cmdline" ] && is_running "$new_pid" "$new_ticks"; then
        printf 'listening %s %s %s\n' "$new_pid" "$new_ticks" "$cmdline"
        exit 0
      fi
      ;;
    gone) finish crashed ;;
  esac
  sleep 0.2
  read_clock
done
finish timeout
