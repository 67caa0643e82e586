# The guard: performs the transaction of one host, and undoes it unless it is confirmed in time. It needs nobody: it
# goes on when the connection, the controller or sshd is gone, and is started again when it was killed or the host
# was booted. Started again, it undoes: what stood there before is the one thing that is known to have worked.
#
# States: staged, writing, stopping, starting, serving, confirmed; withdrawing, restoring, recovering, undone;
# abandoned (somebody else edited what it wrote: nothing more is touched), failed (undone, but it does not serve).

exec </dev/null >/dev/null
# Where nothing can be written there, as much is brought back as can be.
if (: >>"$transaction/errors") 2>/dev/null; then exec 2>>"$transaction/errors"; else exec 2>/dev/null; fi
# One guard a host. Whoever holds this is alive: the kernel lets go of it when the process ends, however it ends.
if [ -e "$root/guard.lock" ]; then exec 9<"$root/guard.lock"; else exec 9>"$root/guard.lock"; fi
tries=0
until flock -n 9; do
  tries=$((tries + 1))
  [ "$tries" -lt 50 ] || exit 1
  sleep 0.1
done

reason='' reason_code=''
arguments='' component='' port=0 drain=0 old_pid=0 old_ticks=0 others='' manifest='' way=patient
server='' known_containers='' cgroup_head='' cgroup_tail='' offer_at='' known_pods=''
ran=no is_coded=yes crashed_container='' awaited=no
read -r count confirm_timeout kept <"$transaction/settings"
# shellcheck source=/dev/null # written by stage.sh
if [ -f "$transaction/restart" ]; then . "$transaction/restart"; fi
if [ "$old_pid" != 0 ]; then ran=yes; fi

# finish: tidies up, and lets the host go. Whoever stages the next transaction waits for that: its unit has the same name.
finish() {
  take_lock
  opened=$(cat "$root/open" 2>/dev/null)
  # Somebody has gone on since: that one's guard does the rest.
  if [ -n "$opened" ] && [ "$opened" != "$id" ]; then exit 0; fi
  number=0
  while [ "$number" -lt "$count" ]; do
    load "$number" && clear
    number=$((number + 1))
  done
  keep_last "$kept" || :
  rm -f -- "$transaction/reserve"
  # What cannot be let go is not ended: systemd starts us again.
  if ! rm -f -- "$root/open"; then exit 1; fi
  persist "$root"
  # Only now: until here a reboot has to find us again.
  disarm
  exit 0
}

# why CODE WORDS: the first reason is the one that counts
why() { [ -s "$transaction/reason" ] || record_reason reason "$@"; }

# conclude STATE: an end that cannot be written down is none: systemd starts us again, and so does the next run
conclude() {
  enter "$1" || exit 1
  finish
}

is_rebooted=no
find_kubelet
read_boot
read_clock
read -r state <"$transaction/state"
if is_final "$state"; then finish; fi
if [ -e "$transaction/begun" ]; then
  read -r begun begun_boot <"$transaction/begun"
  if [ "$begun_boot" != "$boot" ]; then
    # Process numbers and times are those of another life of the host.
    is_rebooted=yes old_pid=0 old_ticks=0 others=
  fi
  why guard-interrupted "the guard was interrupted while the transaction was $state"
  undo
fi
read -r staged_boot <"$transaction/boot"
if [ "$staged_boot" != "$boot" ]; then
  # Nobody is there any more to confirm it, and the kubelet may not be, either.
  is_rebooted=yes old_pid=0 old_ticks=0 others=
  why rebooted 'the host was booted before the change had begun'
  undo
fi
if [ -s "$transaction/cancel" ]; then
  read_cancel
  why "$reason_code" "$reason"
  undo
fi
begun=$now
record begun "$now $boot" || exit 1
hold
if forward; then
  note_edit
  if enter confirmed; then finish; fi
fi
[ -n "$reason" ] || because command-failed "$(tail -n 3 "$transaction/errors")"
why "$reason_code" "$reason"
undo
