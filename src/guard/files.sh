# Files and directories of a transaction: kept, put in place, put back. POSIX sh and coreutils (busybox's too).
#
# Expects transaction (its folder, under /var/lib/planewright) and id (its name). A function that fails has said
# why on stderr, and returns 1; `set -e` is not relied on.

: "${transaction:?}" "${id:?}"
LC_ALL=C
export LC_ALL
umask 077

say() { printf '%s\n' "$*" >&2; }

# Reaches the disk before we go on: a rename that is there after a power cut while its content is not would
# leave the kubelet with an empty manifest. All disks are synced only where `sync` takes no names: one that fails, or
# hangs, may be none of ours.
persist() {
  sync -- "$@" && return
  ! sync -- / 2>/dev/null && sync
}

# persist_name PATH: the same for the folder that a name was put into or taken out of
persist_name() {
  parent=${1%/*}
  persist "${parent:-/}"
}

# hash_of FILE: fails where it cannot be read
hash_of() { sum=$(sha256sum <"$1") && printf '%s\n' "${sum%% *}"; }

# copy FROM TO: with mode, owner, times and, where cp can, its SELinux label
copy() { cp -a -- "$1" "$2" 2>/dev/null || cp -p -- "$1" "$2"; }

# load NUMBER: sets number, kind, before, after, known, mode, owner, secrecy, path, folder and staged of one change
#
# before and after are sha256 sums (- where there is no file; present or absent for a directory), known all the
# sums that are the transaction's own at that path, parted by commas; secrecy is secret for what must not be shown.
load() {
  number=$1
  {
    read -r kind before after known mode owner secrecy &&
      IFS= read -r path &&
      IFS= read -r folder
  } <"$transaction/changes/$number" || return 1
  staged=$folder/.planewright-$id-$number
}

# current PATH: sets current to the sum of what stands there, - for nothing, other for what is no plain file; unreadable
# where it cannot be told, as on a host that is out of memory: not for long, mostly
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

# is_known SUM: the loaded change's path has held it in this transaction, before or after
is_known() { case ,$known, in *,"$1",*) return 0 ;; *) return 1 ;; esac }

# conceal FILE: for root alone, whatever it was copied from
conceal() { chown -- 0:0 "$1" && chmod -- 600 "$1"; }

# keep_foreign NUMBER PATH: what somebody else wrote, for whoever has to look at it
keep_foreign() {
  mkdir -p -- "$transaction/foreign"
  if [ -f "$2" ] && [ ! -h "$2" ]; then copy "$2" "$transaction/foreign/$1" && conceal "$transaction/foreign/$1"; fi
  printf '%s\n' "$1" >"$transaction/foreign/first"
}

# expect: the loaded change's path is still as the plan saw it
expect() {
  if [ "$kind" = directory ]; then
    [ -d "$path" ] || { [ "$before" = absent ] && [ ! -e "$path" ] && [ ! -h "$path" ]; }
    return
  fi
  current "$path"
  [ "$current" = "$before" ]
}

# keep FOLDER LINE: a line about the loaded change, on the disk before the step that it is to undo
keep() {
  printf '%s\n' "$2" >"$transaction/$1/$number" && persist "$transaction/$1/$number" "$transaction/$1"
}

# note_mode: the mode and owner of what stands at the loaded change's path
note_mode() { noted=$(stat -L -c '%a %u:%g' -- "$path") && keep modes "$noted"; }

# backup: keeps the loaded change's file; its mode and owner apart, as a backup is for root alone
backup() {
  [ "$kind" = file ] && [ "$before" != - ] || return 0
  note_mode && copy "$path" "$transaction/backup/$number" && conceal "$transaction/backup/$number" &&
    persist "$transaction/backup/$number" "$transaction/backup"
}

# place: the new content beside where it will go, so that only a rename is left, and a full disk is met at once
place() {
  [ "$after" != - ] || return 0
  rm -f -- "$staged" || return 1
  # A copy of the old file first, where there is one: that keeps its SELinux label and extended attributes.
  # But never its mode: a secret must not be readable for the moment in which it is written.
  if [ -f "$path" ] && ! { copy "$path" "$staged" && conceal "$staged"; }; then return 1; fi
  cat -- "$transaction/new/$number" >"$staged" || return 1
  # A change of mode or owner alone leaves the time: whether a process has read the content is told by it.
  if [ "$before" = "$after" ]; then touch -r "$path" -- "$staged"; fi
  chown -- "$owner" "$staged" && chmod -- "$mode" "$staged" && persist "$staged"
}

# clear: takes away what was staged beside the loaded change's path; never the last that is left of a file
clear() {
  if [ "$kind" != file ] || { [ "$before" != - ] && [ ! -e "$path" ]; }; then return 0; fi
  rm -f -- "$staged" "$staged.old" "$staged.withdrawn"
}
