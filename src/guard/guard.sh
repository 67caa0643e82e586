# The guard: performs the transaction of one host, and undoes it unless planewright confirms it in time. The guard
# goes on without the connection, the controller and sshd. systemd restarts it if it is killed or the host boots. A
# restarted guard undoes: only the old state is known to have worked.
#
# States: staged, writing, stopping, starting, serving, confirmed; withdrawing, restoring, recovering, undone;
# abandoned (another person edited the manifest; the guard changes nothing more), failed (the guard could not restore
# everything, or the old process does not serve).

exec </dev/null >/dev/null
# If the disk accepts no log, the guard still restores as much as it can.
if (: >>"$transaction/errors") 2>/dev/null; then exec 2>>"$transaction/errors"; else exec 2>/dev/null; fi
# Only one guard runs on a host. A process that holds this lock is alive: the kernel releases the lock when the
# process ends, for whatever reason.
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

# finish: cleans up and releases the host. It holds the lock: the next transaction's guard has a unit of the same
# name, so staging must wait until this one is disarmed.
finish() {
  take_lock
  opened=$(cat "$root/open" 2>/dev/null)
  # Another transaction is open already: its guard does the rest.
  if [ -n "$opened" ] && [ "$opened" != "$id" ]; then exit 0; fi
  number=0
  while [ "$number" -lt "$count" ]; do
    load "$number" && clear
    number=$((number + 1))
  done
  keep_last "$kept" || :
  rm -f -- "$transaction/reserve"
  # If the host cannot be released, the transaction has not ended: the guard fails, and systemd restarts it.
  if ! rm -f -- "$root/open"; then exit 1; fi
  persist "$root"
  # Disarm last: until here, a guard must start again after a reboot.
  disarm
  exit 0
}

# why CODE WORDS: keeps the first reason and ignores later ones
why() { [ -s "$transaction/reason" ] || record_reason reason "$@"; }

# conclude STATE: ends in this state. If the state cannot be written, the transaction has not ended: systemd restarts
# the guard, and so does the next run.
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
    # The pids and start times are from before the reboot, and name other processes now.
    is_rebooted=yes old_pid=0 old_ticks=0 others=
  fi
  why guard-interrupted "the guard was interrupted while the transaction was $state"
  undo
fi
read -r staged_boot <"$transaction/boot"
if [ "$staged_boot" != "$boot" ]; then
  # The connection that could confirm the change is gone, and the kubelet may not run yet.
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
