# Performs the changes of one host as a whole, or undoes them. POSIX sh and coreutils (busybox's too).
#
# The text that calls these functions is made by transaction-script.ts. Exit codes: 0 done; 1 failed, with the
# reason on stderr; 10 a precondition does not hold, with what is there now on stdout; nothing was written then.
# Expects transaction: the folder of this transaction, under /var/lib/planewright.

: "${transaction:?}"
set -eu
LC_ALL=C
export LC_ALL
umask 077

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Reaches the disk before we go on: a rename that is there after a power cut while its content is not would
# leave the kubelet with an empty manifest.
persist() { sync -- "$@" 2>/dev/null || sync; }

# persist_rename PATH: the same for the folder that a name was put into or taken out of
persist_rename() {
  folder=${1%/*}
  persist "${folder:-/}"
}

hash_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

# copy FROM TO: with mode, owner, times and, where cp can, its SELinux label
copy() { cp -a -- "$1" "$2" 2>/dev/null || cp -p -- "$1" "$2"; }

# refuse NUMBER PATH: says what stands there now instead of what the plan saw
refuse() {
  if [ -f "$2" ] && [ ! -h "$2" ]; then
    printf '%s changed %s\n' "$1" "$(base64 <"$2" | tr -d '\n')"
  elif [ -e "$2" ] || [ -h "$2" ]; then
    printf '%s other\n' "$1"
  else
    printf '%s gone\n' "$1"
  fi
  exit 10
}

# expect_file NUMBER PATH HASH: it is still the file that the plan saw (HASH is - where there was none)
expect_file() {
  if [ "$3" = - ]; then
    if [ ! -e "$2" ] && [ ! -h "$2" ]; then return 0; fi
  elif [ -f "$2" ] && [ ! -h "$2" ] && [ "$(hash_of "$2")" = "$3" ]; then
    return 0
  fi
  refuse "$1" "$2"
}

# expect_directory NUMBER PATH STATE: it is there (present), or nothing else stands in its place (absent)
expect_directory() {
  if [ -d "$2" ]; then return 0; fi
  if [ "$3" = absent ] && [ ! -e "$2" ] && [ ! -h "$2" ]; then return 0; fi
  refuse "$1" "$2"
}

# expect_same_filesystem FOLDER OTHER: a rename between them is atomic
expect_same_filesystem() {
  [ "$(stat -L -c %d -- "$1")" = "$(stat -L -c %d -- "$2")" ] ||
    fail "$1 and $2 are on different filesystems: a rename between them would not be atomic"
}

# begin: an empty transaction
begin() {
  mkdir -p -- "$transaction/backup" "$transaction/made"
  chmod 700 "${transaction%/*}" "$transaction"
}

# backup NUMBER PATH: keeps the file
backup() {
  [ -f "$2" ] || return 0
  copy "$2" "$transaction/backup/$1"
  # For whoever has to put them back by hand: which backup belongs where.
  printf '%s %s\n' "$1" "$2" >>"$transaction/paths"
  persist "$transaction/backup/$1" "$transaction/paths"
}

# make_directory NUMBER PATH MODE OWNER GROUP: as mkdir -p does it, remembering how much was not there before
make_directory() {
  if [ -d "$2" ]; then
    set_directory "$@"
    return
  fi
  missing=$2 levels=0
  while [ ! -e "${missing:-/}" ]; do
    levels=$((levels + 1)) missing=${missing%/*}
  done
  printf '%s\n' "$levels" >"$transaction/made/$1"
  # The parents get what any mkdir would give them, not this script's private umask.
  (umask 022 && mkdir -p -- "$2")
  chown "$4:$5" -- "$2"
  chmod "$3" -- "$2"
}

# set_directory NUMBER PATH MODE OWNER GROUP
set_directory() {
  stat -L -c '%a %u:%g' -- "$2" >"$transaction/backup/$1"
  chown "$4:$5" -- "$2"
  chmod "$3" -- "$2"
}

# stage PATH: nothing is left there, whatever happens until it is renamed
stage() {
  staged=$1
  trap 'rm -f -- "$staged"' EXIT
  rm -f -- "$staged"
}

# write_file STAGED PATH MODE OWNER GROUP, content on stdin as base64: one atomic rename
write_file() {
  stage "$1"
  known=
  # A copy of the old file first, where there is one: that keeps its SELinux label and extended attributes.
  if [ -f "$2" ]; then
    known=yes
    copy "$2" "$staged"
  fi
  base64 -d >"$staged"
  # A change of mode or owner alone leaves the time: whether a process has read the content is told by it.
  if [ -n "$known" ] && [ "$(hash_of "$staged")" = "$(hash_of "$2")" ]; then touch -r "$2" -- "$staged"; fi
  chown "$4:$5" -- "$staged"
  chmod "$3" -- "$staged"
  persist "$staged"
  mv -f -- "$staged" "$2"
  # A new file gets the label of the place where it is, not of the one where it was staged.
  if [ -z "$known" ] && command -v restorecon >/dev/null 2>&1; then restorecon -- "$2"; fi
  persist_rename "$2"
  trap - EXIT
}

# is_same FILE OTHER: nothing has to be put back, and a disk that is full need not hold a copy for it
is_same() {
  [ -f "$2" ] && [ ! -h "$2" ] && [ "$(stat -c '%a %u:%g %Y' -- "$1")" = "$(stat -c '%a %u:%g %Y' -- "$2")" ] &&
    [ "$(hash_of "$1")" = "$(hash_of "$2")" ]
}

# restore_file NUMBER PATH STAGED: back to the backup; where there is none, nothing was written either
restore_file() {
  [ -f "$transaction/backup/$1" ] || return 0
  if is_same "$transaction/backup/$1" "$2"; then return 0; fi
  stage "$3"
  copy "$transaction/backup/$1" "$staged"
  persist "$staged"
  mv -f -- "$staged" "$2"
  persist_rename "$2"
  trap - EXIT
}

# remove_file PATH: for a file that the transaction made
remove_file() {
  [ -e "$1" ] || return 0
  rm -f -- "$1"
  persist_rename "$1"
}

# restore_directory NUMBER PATH: the old mode and owner, or away with what was made, as far as it is empty
restore_directory() {
  if [ -f "$transaction/backup/$1" ]; then
    read -r mode owner <"$transaction/backup/$1"
    chown "$owner" -- "$2"
    chmod "$mode" -- "$2"
  elif [ -f "$transaction/made/$1" ]; then
    read -r levels <"$transaction/made/$1"
    made=$2
    while [ "$levels" -gt 0 ]; do
      # The innermost may never have been made: what is not there need not go.
      if [ -d "$made" ]; then rmdir -- "$made" 2>/dev/null || break; fi
      levels=$((levels - 1)) made=${made%/*}
    done
  fi
}

# keep_last COUNT: removes the oldest transactions, whose names sort by time, but never this one: its backups are
# needed until it is confirmed, and it may come from a machine whose clock is behind
keep_last() {
  for folder in "${transaction%/*}"/*/; do [ -d "$folder" ] && printf '%s\n' "$folder"; done |
    sort -r | tail -n "+$(($1 + 1))" | while read -r old; do
    [ "$old" = "$transaction/" ] || rm -rf -- "$old"
  done
}
