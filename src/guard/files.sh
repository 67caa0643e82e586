# Backs up, writes and restores the files and directories of a transaction. POSIX sh and coreutils (GNU's or
# busybox's).
#
# Expects transaction (its folder, under /var/lib/planewright) and id (its name). A function that fails prints the
# reason to stderr and returns 1. The scripts do not rely on `set -e`.

: "${transaction:?}" "${id:?}"
LC_ALL=C
export LC_ALL
umask 077

say() { printf '%s\n' "$*" >&2; }

# persist PATH...: syncs files and folders to the disk before the next step. If a power cut kept a rename but lost the
# file's content, the kubelet would find an empty manifest. All disks are synced only if `sync` accepts no names: a
# disk that fails or hangs may have nothing to do with planewright.
persist() {
  sync -- "$@" && return
  ! sync -- / 2>/dev/null && sync
}

# persist_name PATH: syncs the folder of PATH, after a name was added to it or removed from it
persist_name() {
  parent=${1%/*}
  persist "${parent:-/}"
}

# hash_of FILE: fails if the file cannot be read
hash_of() { sum=$(sha256sum <"$1") && printf '%s\n' "${sum%% *}"; }

# copy FROM TO: copies with mode, owner, times and, if cp supports it, the SELinux label
copy() { cp -a -- "$1" "$2" 2>/dev/null || cp -p -- "$1" "$2"; }

# load NUMBER: sets number, kind, before, after, known, mode, owner, secrecy, path, folder and staged of one change
#
# before and after are sha256 sums (- if there is no file; present or absent for a directory). known lists all sums
# that the transaction itself expects at that path, separated by commas. secrecy is secret if nobody may see the
# content.
load() {
  number=$1
  {
    read -r kind before after known mode owner secrecy &&
      IFS= read -r path &&
      IFS= read -r folder
  } <"$transaction/changes/$number" || return 1
  staged=$folder/.planewright-$id-$number
}

# current PATH: sets current to the sum of the file at PATH, - if nothing is there, other if it is not a plain file,
# or unreadable if it cannot be read. A host that is out of memory cannot read for a moment, so it tries ten times.
current() {
  if [ -f "$1" ] && [ ! -h "$1" ]; then
    readings=0
    until current=$(hash_of "$1"); do
      current=unreadable readings=$((readings + 1))
      [ "$readings" -lt 10 ] || break
      sleep 0.2
    done
  elif [ -e "$1" ] || [ -h "$1" ]; then
    current=other
  else
    current=-
  fi
}

# is_known SUM: succeeds if the loaded change's path had this sum in this transaction, before or after
is_known() { case ,$known, in *,"$1",*) return 0 ;; *) return 1 ;; esac }

# conceal FILE: makes it readable for root alone, whatever mode its original has
conceal() { chown -- 0:0 "$1" && chmod -- 600 "$1"; }

# keep_foreign NUMBER PATH: keeps another person's version of a file, for the people who have to look at it
keep_foreign() {
  mkdir -p -- "$transaction/foreign"
  if [ -f "$2" ] && [ ! -h "$2" ]; then copy "$2" "$transaction/foreign/$1" && conceal "$transaction/foreign/$1"; fi
  printf '%s\n' "$1" >"$transaction/foreign/first"
}

# expect: succeeds if the loaded change's path is still as the plan saw it
expect() {
  if [ "$kind" = directory ]; then
    [ -d "$path" ] || { [ "$before" = absent ] && [ ! -e "$path" ] && [ ! -h "$path" ]; }
    return
  fi
  current "$path"
  [ "$current" = "$before" ]
}

# keep FOLDER LINE: writes a line about the loaded change to the disk, before the step that the line helps to undo
keep() {
  printf '%s\n' "$2" >"$transaction/$1/$number" && persist "$transaction/$1/$number" "$transaction/$1"
}

# note_mode: keeps the mode and owner of the file or directory at the loaded change's path
note_mode() { noted=$(stat -L -c '%a %u:%g' -- "$path") && keep modes "$noted"; }

# backup: keeps the loaded change's file. Its mode and owner are kept separately, as only root may read a backup.
backup() {
  [ "$kind" = file ] && [ "$before" != - ] || return 0
  note_mode && copy "$path" "$transaction/backup/$number" && conceal "$transaction/backup/$number" &&
    persist "$transaction/backup/$number" "$transaction/backup"
}

# place: writes the new content next to its place. So only a rename is left, and a full disk shows up at once.
place() {
  [ "$after" != - ] || return 0
  rm -f -- "$staged" || return 1
  # Begins with a copy of the old file if there is one: this keeps its SELinux label and extended attributes. It does
  # not keep the mode: nobody may read a secret in the moment in which it is written.
  if [ -f "$path" ] && ! { copy "$path" "$staged" && conceal "$staged"; }; then return 1; fi
  cat -- "$transaction/new/$number" >"$staged" || return 1
  # If only the mode or owner changes, the file keeps its time: planewright compares that time with a process's start,
  # to tell whether the process has read the content.
  if [ "$before" = "$after" ]; then touch -r "$path" -- "$staged"; fi
  chown -- "$owner" "$staged" && chmod -- "$mode" "$staged" && persist "$staged"
}

# clear: removes the files that were staged next to the loaded change's path, but never the last copy of a file
clear() {
  if [ "$kind" != file ] || { [ "$before" != - ] && [ ! -e "$path" ]; }; then return 0; fi
  rm -f -- "$staged" "$staged.old" "$staged.withdrawn"
}
