# Performs the transaction, up to the wait for its confirmation. Part of guard.sh, which says what it expects.

# stop: takes the pod down, so that another manifest can be put in. Returns 1 if the pod does not go, 2 and 3 as
# take_away.
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

# let_go: another person owns the manifest now. Without the mark, an undo leaves the manifest alone.
let_go() { rm -f -- "$transaction/touched" && persist "$transaction"; }

# replace: renames the new manifest over the old one; the kubelet does the rest
replace() {
  enter starting && load "$manifest" || return 1
  write_file && return
  if is_foreign; then let_go; fi
  return 1
}

# list_before: lists the program's logs and containers before a container of the new manifest can start
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
  # A container of the old manifest may have started while the pod was taken down.
  list_before
  known_pods=$(list_pods)
  if ! { load "$manifest" && put_in "$staged"; }; then
    because not-put-in "$path could not be put in"
    return 1
  fi
  # If the guard did not find the old pod's folder, it would not find the new pod's folder either.
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
        # The manifest stays: its pod waits only for the file that was written just now.
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

# read_cancel: sets reason and reason_code to the reason for canceling. A person who cancels by hand writes no code.
read_cancel() {
  { read -r reason && read -r reason_code; } <"$transaction/cancel"
  case $reason_code in withdrawn | unattended) ;; *) reason_code=canceled ;; esac
}

# await_confirmation: returns 1 if the transaction is canceled, the process ends, or nobody confirms in time. It looks
# at the process before it looks for a cancel: planewright may cancel just after it saw the process end, and the guard
# knows more about a crash.
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

# note_edit: keeps what another person wrote over the transaction's files before the confirmation. That version stays,
# and planewright reports it, as the proof did not cover it.
note_edit() {
  next=0
  while [ "$next" -lt "$count" ]; do
    if load "$next" && is_foreign; then return; fi
    next=$((next + 1))
  done
}
