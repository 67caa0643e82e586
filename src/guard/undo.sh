# Restores the old state. Part of guard.sh, which says what it expects.

# Seconds that people have to repair a filesystem that does not accept the old manifest
mending=600

# abandon: another person edits the manifest. Their version stays, and the guard changes nothing more on this host.
abandon() {
  why edited "$path was edited by somebody else during the transaction"
  conclude abandoned
}

# restore_all: goes on if one file cannot be restored, so that as much as possible is restored. Sets left to the paths that
# are not as before.
restore_all() {
  left=''
  while read -r next; do
    # A manifest that was not touched stays as it is. One that was taken away comes last.
    if [ "$next" = "$manifest" ] && [ "$touched" != patient ]; then continue; fi
    if ! { load "$next" && restore; }; then left="$left $path"; fi
  done <"$transaction/undo-order"
  [ -z "$left" ]
}

# put_old_in: puts back the same file that was taken away, if it still exists
put_old_in() {
  load "$manifest" || return 1
  if is_foreign; then abandon; fi
  if [ -e "$path" ]; then
    restore_file
    return
  fi
  # There was no manifest before, so there is none to put back.
  [ "$before" != - ] || return 0
  # The file gets this name only when it is complete: the guard takes a file of this name for the one that was taken
  # away.
  if [ ! -f "$staged.old" ]; then
    rm -f -- "$staged"
    fetch "$staged" && persist "$staged" && mv -f -- "$staged" "$staged.old" || return 1
  fi
  put_in "$staged.old"
}

# bring_old_in: tries for a while, so that the node is not left without a manifest: people may repair a disk that is
# full or read-only
bring_old_in() {
  read_clock
  give_up=$((now + mending * 100))
  until put_old_in; do
    [ "$now" -lt "$give_up" ] || return 1
    pause
  done
}

# note_undone: sets undone_process to the process that runs now and has to go. If the old process never left, none has
# to go. The answer is recorded, as a guard that is started again may find the process that has come back since.
note_undone() {
  if find_ours && [ "$our_pid:$our_ticks" != "$old_pid:$old_ticks" ]; then undone_process=$our_pid:$our_ticks; fi
  record undone-process "$undone_process"
}

# withdraw: takes the new manifest away again; sets stays if the pod that waited for a file has come and does not go
withdraw() {
  undone_process='' noted=no
  # After a reboot, the recorded process means nothing.
  if [ "$is_rebooted" = no ] && [ -f "$transaction/undone-process" ]; then
    read -r undone_process <"$transaction/undone-process"
    noted=yes
  fi
  load "$manifest" || return 1
  if is_foreign; then abandon; fi
  # The manifest was never replaced or is back already, so no process has to go for it. `await` is different: the
  # manifest stayed, and its pod has the file that is removed now. At its next start the pod would find a folder
  # there, as the runtime makes a folder for a missing file.
  if [ "$current" = "$before" ] && [ "$touched" != await ]; then return 0; fi
  [ "$noted" = yes ] || note_undone
  # Without a kubelet no process would go, so the old manifest replaces the new one at once.
  if [ "$touched" = patient ]; then return 0; fi
  if is_absent; then
    if [ "$touched" = await ] && find_ours; then stays=yes reason=$absent; fi
    return 0
  fi
  # A kubelet without a certificate takes no pod down (sourcesReady, k/k pkg/kubelet/kubelet.go, 1.37). On a node that
  # joins, it gets the certificate from this same apiserver, 30 s after that one started.
  if [ "$touched" = await ]; then reaction=$starting forgetting=$starting; fi
  suffix=.withdrawn
  stop
  case $? in
    0) ;;
    2) abandon ;;
    *) if [ "$touched" = await ]; then stays=yes; fi ;;
  esac
}

# fail CODE WORDS: ends the transaction in a state that is not the old one
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
  # A container that comes from here on does not belong to the change.
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
      note_exit_code
      # Without its manifest, the old process cannot come: there is nothing to wait for.
      fail not-restored "these old files could not be put back:$left $path"
    elif [ "$restored" = no ] && restore_all; then
      # The fault that kept the manifest out for a while also kept the other files out.
      restored=yes
    fi
  fi
  if [ -n "$touched" ]; then
    enter recovering
    # If nothing ran before, there is nothing to wait for.
    if [ "$ran" = yes ] && ! await_recovery; then
      fail "$reason_code" "$reason${left:+; these old files could not be put back:$left}"
    fi
    note_exit_code
  fi
  [ "$restored" = yes ] || fail not-restored "these old files could not be put back:$left"
  conclude undone
}
