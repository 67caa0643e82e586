# Writes the changes of a transaction, and puts back what was there. POSIX sh and coreutils (busybox's too).
# Stands behind files.sh, which says what it expects.

# label PATH: a new file gets the label of the place where it is, not of the one where it was staged
label() {
  if [ "$before" = - ] && command -v restorecon >/dev/null 2>&1; then restorecon -- "$1"; fi
  return 0
}

# write_file: the loaded change's file, by one atomic rename, or away
write_file() {
  current "$path"
  if [ "$current" != "$before" ]; then
    keep_foreign "$number" "$path"
    because changed-since-survey "$path changed between the survey and the write"
    say "$reason"
    return 1
  fi
  if [ "$after" = - ]; then
    rm -f -- "$path" || return 1
  else
    [ -f "$staged" ] || place || return 1
    mv -f -- "$staged" "$path" || return 1
    label "$path"
  fi
  persist_name "$path"
}

# make_directory: as mkdir -p does it, remembering how much was not there before
make_directory() {
  if [ -d "$path" ]; then
    note_mode || return 1
  else
    missing=$path levels=0
    while [ ! -e "${missing:-/}" ]; do
      levels=$((levels + 1)) missing=${missing%/*}
    done
    keep made "$levels" || return 1
    # The parents get what any mkdir would give them, not this script's private umask.
    (umask 022 && mkdir -p -- "$path") || return 1
  fi
  chown -- "$owner" "$path" && chmod -- "$mode" "$path" && persist "$path" && persist_name "$path"
}

# perform: the loaded change
perform() {
  case $kind in
    directory) make_directory ;;
    file) write_file ;;
  esac
}

# fetch TO: the loaded change's backup, as what it was
fetch() {
  copy "$transaction/backup/$number" "$1" && read -r mode owner <"$transaction/modes/$number" &&
    chown -- "$owner" "$1" && chmod -- "$mode" "$1"
}

# is_same: nothing has to be put back, and a disk that is full need not hold a copy for it
is_same() {
  saved=$transaction/backup/$number
  [ -f "$path" ] && [ ! -h "$path" ] &&
    [ "$(cat "$transaction/modes/$number") $(stat -c %Y -- "$saved")" = "$(stat -c '%a %u:%g %Y' -- "$path")" ] &&
    saved_sum=$(hash_of "$saved") && [ "$saved_sum" = "$(hash_of "$path")" ]
}

# restore_file: back to the backup
restore_file() {
  if is_same; then return 0; fi
  rm -f -- "$staged"
  fetch "$staged" && persist "$staged" && mv -f -- "$staged" "$path" &&
    persist_name "$path"
}

# restore_directory: the old mode and owner, or away with what was made, as far as it is empty
restore_directory() {
  # A note that was cut short was of a step that was never begun.
  if [ -s "$transaction/modes/$number" ]; then
    read -r mode owner <"$transaction/modes/$number"
    # One that somebody took away need not come back for this.
    [ -d "$path" ] || return 0
    chown -- "$owner" "$path" && chmod -- "$mode" "$path"
  elif [ -s "$transaction/made/$number" ]; then
    read -r levels <"$transaction/made/$number"
    made=$path
    while [ "$levels" -gt 0 ]; do
      # The innermost may never have been made: what is not there need not go.
      if [ -d "$made" ]; then rmdir -- "$made" 2>/dev/null || break; fi
      levels=$((levels - 1)) made=${made%/*}
    done
  fi
}

# is_foreign: somebody else has written over what the transaction wrote at the loaded change's path; sets current.
# What cannot be read is nobody's edit.
is_foreign() {
  [ "$kind" = file ] || return 1
  current "$path"
  if [ "$current" = - ] || [ "$current" = unreadable ] || is_known "$current"; then return 1; fi
  keep_foreign "$number" "$path"
}

# restore: the loaded change, back to how it was. Doing it twice, or for what was never done, does no harm. What
# somebody else wrote there meanwhile stays.
restore() {
  if is_foreign; then
    return 0
  elif [ "$kind" = directory ]; then
    restore_directory
  elif [ "$current" = unreadable ]; then
    say "$path cannot be read"
    return 1
  elif [ "$before" = - ]; then
    [ ! -e "$path" ] || { rm -f -- "$path" && persist_name "$path"; }
  else
    restore_file
  fi
}

# keep_last COUNT: this transaction, which is the last one whatever its name says, and the latest of the others, by the
# time at which this host had them: their names tell the clocks of whoever applied them, which may be wrong
keep_last() {
  for old in "${transaction%/*}"/*/; do
    if [ ! -f "$old/state" ] || [ "$old" = "$transaction/" ]; then continue; fi
    printf '%s %s\n' "$(sed -n 3p "$old/origin" 2>/dev/null | tr -cd '0-9TZ:-')" "$old"
  done | sort -r | tail -n "+$1" | while read -r old; do
    rm -rf -- "${old#* }"
  done
}
