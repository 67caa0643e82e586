# Puts back what stood there before. Part of guard.sh, which says what it expects.

# Seconds in which somebody may mend a filesystem that lets no manifest be put back
mending=600

# abandon: somebody else works on the manifest: it is theirs now, and nothing more is done to this host
abandon() {
  why edited "$path was edited by somebody else during the transaction"
  conclude abandoned
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
