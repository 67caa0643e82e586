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

# abandon: somebody else works on the manifest: it is theirs now, and nothing more is done to this host
abandon() {
  why edited "$path was edited by somebody else during the transaction"
  conclude abandoned
}

# stop: takes the pod down, for whichever manifest is put in then; 1 where it does not go, 2 and 3 as take_away
stop() {
  # shellcheck disable=SC2046 # names of the kubelet's: no spaces
  set -- $(pod_folders)
  old_folders=$#
  find_cgroups
  load "$manifest" || return 1
  if [ -e "$path" ]; then take_away "$suffix" || return; fi
  await_end || return 1
  is_fresh_kubelet || await_forgotten "$ended_at" "$@" || return 1
  note_exit_code
  forgive
}

# let_go: the manifest is somebody else's, and none of this transaction's any more
let_go() { rm -f -- "$transaction/touched" && persist "$transaction"; }

# replace: the manifest, by a rename over the old one; the kubelet does the rest
replace() {
  enter starting && load "$manifest" || return 1
  write_file && return
  if is_foreign; then let_go; fi
  return 1
}

# list_before: what there is of the program's containers before one of the new manifest can come
list_before() { logs_before=$(pod_logs) known_containers=$(containers); }

restart_swiftly() {
  suffix=.old is_stopped=no
  enter stopping || return 1
  stop
  case $? in
    0) is_stopped=yes ;;
    3)
      because not-taken-away "$path cannot be taken away: $(tail -n 1 "$transaction/errors")"
      return 1
      ;;
    2)
      because changed-since-survey "$path changed between the survey and the write"
      let_go
      return 1
      ;;
    *) printf 'not swiftly: %s\n' "$reason" >>"$transaction/journal" ;;
  esac
  enter starting || return 1
  # Of what ran before the last may have begun while it was taken down.
  list_before
  known_pods=$(list_pods)
  if ! { load "$manifest" && put_in "$staged"; }; then
    because not-put-in "$path could not be put in"
    return 1
  fi
  # Where the folder of the old pod was not found, the new one's would not be either.
  if [ "$is_stopped" = yes ] && [ "$old_folders" != 0 ] && ! is_fresh_kubelet; then
    read_clock
    offer_at=$((now + taking_up))
  fi
}

forward() {
  if [ -n "$component" ] && is_absent; then
    because "$absent_code" "$absent: nothing would restart $component"
    return 1
  fi
  enter writing || return 1
  next=0
  while [ "$next" -lt "$count" ]; do
    load "$next" || return 1
    if [ "$next" != "$manifest" ] && ! perform; then return 1; fi
    next=$((next + 1))
  done
  if [ -n "$component" ]; then
    list_before
    if [ -n "$manifest" ]; then
      record touched "$way" || return 1
      case $way in
        swift) restart_swiftly || return 1 ;;
        patient) replace || return 1 ;;
        # The manifest stays: what was written just now is all that its pod waits for.
        await) enter starting || return 1 ;;
      esac
    else
      enter starting || return 1
    fi
    await_start "$logs_before" || return 1
  fi
  enter serving || return 1
  await_confirmation
}

# read_cancel: sets reason and reason_code to why it is taken back. A person by hand writes no code.
read_cancel() {
  { read -r reason && read -r reason_code; } <"$transaction/cancel"
  case $reason_code in withdrawn | unattended) ;; *) reason_code=canceled ;; esac
}

# await_confirmation: 1 where it is taken back, the process goes, or nobody confirms in time. Whoever takes it back may have
# seen the process go a moment before: what is known of that here is more.
await_confirmation() {
  read_clock
  give_up=$((now + confirm_timeout * 100))
  while [ ! -e "$transaction/confirm" ]; do
    if [ -n "$component" ] && ! is_running "$new_pid" "$new_ticks"; then
      crashed
      return 1
    fi
    if [ -s "$transaction/cancel" ]; then
      read_cancel
      return 1
    fi
    if [ "$now" -ge "$give_up" ]; then
      because unconfirmed "nobody confirmed it within $confirm_timeout s"
      return 1
    fi
    pause
  done
}

# note_edit: what somebody wrote over ours while it was looked at stays; whoever looked is told, as it is none of what was
# seen to be right
note_edit() {
  next=0
  while [ "$next" -lt "$count" ]; do
    if load "$next" && is_foreign; then return; fi
    next=$((next + 1))
  done
}

# restore_all: goes on where one cannot be put back, so that as much as can be is as it was
restore_all() {
  failed=0
  while read -r next; do
    # A manifest that was not touched stays as it is, and one that was taken away comes last.
    if [ "$next" = "$manifest" ] && [ "$touched" != patient ]; then continue; fi
    if ! { load "$next" && restore; }; then failed=1; fi
  done <"$transaction/undo-order"
  return "$failed"
}

# put_old_in: the very file that was taken away, where it still is
put_old_in() {
  load "$manifest" || return 1
  if is_foreign; then abandon; fi
  if [ -e "$path" ]; then
    restore_file
    return
  fi
  # There was none: its absence is what was.
  [ "$before" != - ] || return 0
  # Under its name only when it is whole: what is there is taken for the file that was taken away.
  if [ ! -f "$staged.old" ]; then
    rm -f -- "$staged"
    fetch "$staged" && persist "$staged" && mv -f -- "$staged" "$staged.old" || return 1
  fi
  put_in "$staged.old"
}

# bring_old_in: never without a manifest while there is hope: a disk that is full, or read-only, may be mended
bring_old_in() {
  read_clock
  give_up=$((now + mending * 100))
  until put_old_in; do
    [ "$now" -lt "$give_up" ] || return 1
    pause
  done
}

# note_undone: sets undone_process to what has to go: what runs now, unless it never left. Noted, as whoever takes the
# undo up again may find what has come back since.
note_undone() {
  if find_ours && [ "$our_pid:$our_ticks" != "$old_pid:$old_ticks" ]; then undone_process=$our_pid:$our_ticks; fi
  record undone-process "$undone_process"
}

# withdraw: takes the new manifest away again; sets stays where the pod that waited has come, and does not go
withdraw() {
  undone_process='' noted=no
  # Of another life of the host it tells nothing.
  if [ "$is_rebooted" = no ] && [ -f "$transaction/undone-process" ]; then
    read -r undone_process <"$transaction/undone-process"
    noted=yes
  fi
  load "$manifest" || return 1
  if is_foreign; then abandon; fi
  # It was never replaced, or is back already: nothing has to go for it. But a pod that has come of a manifest which stayed
  # has what is taken away now: at its next start it would find a folder there, which the runtime makes of a file that is
  # missing.
  if [ "$current" = "$before" ] && [ "$touched" != await ]; then return 0; fi
  [ "$noted" = yes ] || note_undone
  # Without a kubelet nothing would go: the old manifest takes the new one's place at once.
  if [ "$touched" = patient ]; then return 0; fi
  if is_absent; then
    if [ "$touched" = await ] && find_ours; then stays=yes reason=$absent; fi
    return 0
  fi
  # A kubelet without a certificate takes no pod down (sourcesReady, k/k pkg/kubelet/kubelet.go, 1.37), and on a node that
  # joins it gets one from this very apiserver: 30 s after that had come.
  if [ "$touched" = await ]; then reaction=$starting forgetting=$starting; fi
  suffix=.withdrawn
  stop
  case $? in
    0) ;;
    2) abandon ;;
    *) if [ "$touched" = await ]; then stays=yes; fi ;;
  esac
}

# fail CODE WORDS: an end that is not as it was before
fail() {
  record_reason failure "$@"
  conclude failed
}

undo() {
  touched='' stays=no
  if [ -f "$transaction/touched" ]; then read -r touched <"$transaction/touched"; fi
  if [ -n "$touched" ]; then
    enter withdrawing
    withdraw
  fi
  # A container that comes from here on is none of the change's.
  [ -n "$crashed_container" ] || is_coded=yes
  enter restoring
  if [ "$stays" = yes ]; then
    bring_old_in || reason="$reason; and $path could not be put back"
    fail pod-stays "$component has come and does not go, so it keeps the files that it came with: $reason"
  fi
  restored=yes
  restore_all || restored=no
  if [ "$touched" = swift ] || [ "$touched" = await ]; then
    if ! bring_old_in; then
      restored=no
    elif [ "$restored" = no ] && restore_all; then
      # What kept the manifest away for a while kept the other files, too.
      restored=yes
    fi
  fi
  if [ -n "$touched" ]; then
    enter recovering
    # Where nothing ran before, nothing is to be waited for.
    if [ "$ran" = yes ] && ! await_recovery; then fail "$reason_code" "$reason"; fi
    note_exit_code
  fi
  [ "$restored" = yes ] || fail not-restored 'some of the old files could not be put back'
  conclude undone
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
