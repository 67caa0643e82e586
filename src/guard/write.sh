# Writes the changes of a transaction, and restores what was there. POSIX sh and coreutils (GNU's or busybox's). Comes
# after files.sh, which says what it expects.

# label PATH: gives a new file the SELinux label of its place, instead of the label of the place where it was staged
label() {
  if [ "$before" = - ] && command -v restorecon >/dev/null 2>&1; then restorecon -- "$1"; fi
  return 0
}

# write_file: writes the loaded change's file by one atomic rename, or removes it
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

# make_directory: works as mkdir -p, and keeps how many levels were missing
make_directory() {
  if [ -d "$path" ]; then
    note_mode || return 1
  else
    missing=$path levels=0
    while [ ! -e "${missing:-/}" ]; do
      levels=$((levels + 1)) missing=${missing%/*}
    done
    keep made "$levels" || return 1
    # The parents get the mode that any mkdir would give them, without this script's private umask.
    (umask 022 && mkdir -p -- "$path") || return 1
  fi
  chown -- "$owner" "$path" && chmod -- "$mode" "$path" && persist "$path" && persist_name "$path"
}

# perform: performs the loaded change
perform() {
  case $kind in
    directory) make_directory ;;
    file) write_file ;;
  esac
}

# fetch TO: copies the loaded change's backup, with the original's mode and owner
fetch() {
  copy "$transaction/backup/$number" "$1" && read -r mode owner <"$transaction/modes/$number" &&
    chown -- "$owner" "$1" && chmod -- "$mode" "$1"
}

# is_same: succeeds if nothing has to be restored; then a full disk need not hold a copy
is_same() {
  saved=$transaction/backup/$number
  [ -f "$path" ] && [ ! -h "$path" ] &&
    [ "$(cat "$transaction/modes/$number") $(stat -c %Y -- "$saved")" = "$(stat -c '%a %u:%g %Y' -- "$path")" ] &&
    saved_sum=$(hash_of "$saved") && [ "$saved_sum" = "$(hash_of "$path")" ]
}

# restore_file: restores the backup
restore_file() {
  if is_same; then return 0; fi
  rm -f -- "$staged"
  fetch "$staged" && persist "$staged" && mv -f -- "$staged" "$path" &&
    persist_name "$path"
}

# restore_directory: restores the old mode and owner, or removes the directories that were made, as far as they are
# empty
restore_directory() {
  # An empty note was cut short, so its step never began.
  if [ -s "$transaction/modes/$number" ]; then
    read -r mode owner <"$transaction/modes/$number"
    # If another person removed the directory, it need not come back for this.
    [ -d "$path" ] || return 0
    chown -- "$owner" "$path" && chmod -- "$mode" "$path"
  elif [ -s "$transaction/made/$number" ]; then
    read -r levels <"$transaction/made/$number"
    made=$path
    while [ "$levels" -gt 0 ]; do
      # The innermost directories may never have been made.
      if [ -d "$made" ]; then rmdir -- "$made" 2>/dev/null || break; fi
      levels=$((levels - 1)) made=${made%/*}
    done
  fi
}

# is_foreign: succeeds if another person has written over the transaction's file at the loaded change's path; sets
# current. A file that cannot be read does not count as edited.
is_foreign() {
  [ "$kind" = file ] || return 1
  current "$path"
  if [ "$current" = - ] || [ "$current" = unreadable ] || is_known "$current"; then return 1; fi
  keep_foreign "$number" "$path"
}

# restore: restores the state before the loaded change. It does no harm to do this twice, or for a change that was
# never made. A version that another person wrote meanwhile stays.
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

# keep_last COUNT: keeps this transaction and the latest of the others, by the host's own clock. The names have the
# time of the controllers that staged them, whose clocks may be wrong; so this one counts as the last, whatever its
# name says.
keep_last() {
  for old in "${transaction%/*}"/*/; do
    if [ ! -f "$old/state" ] || [ "$old" = "$transaction/" ]; then continue; fi
    printf '%s %s\n' "$(sed -n 3p "$old/origin" 2>/dev/null | tr -cd '0-9TZ:-')" "$old"
  done | sort -r | tail -n "+$1" | while read -r old; do
    rm -rf -- "${old#* }"
  done
}
