# Stages a whole transaction, and starts its guard. It changes nothing on the host except planewright's own files.
# Comes after process.sh, files.sh and state.sh; stage-script.ts makes the calls.
#
# Exit codes: 0 the guard works; 1 failed, with the reason on stderr; 10 a precondition does not hold, with what is
# there now on stdout; 11 another transaction is open, with its status on stdout. After any code but 0, nothing is
# left behind.

set -u

# refuse: prints what is there now instead of what the plan saw
refuse() {
  if [ -f "$path" ] && [ ! -h "$path" ]; then
    printf '%s changed %s\n' "$number" "$(base64 <"$path" | tr -d '\n')"
  elif [ -e "$path" ] || [ -h "$path" ]; then
    printf '%s other\n' "$number"
  else
    printf '%s gone\n' "$number"
  fi
  exit 10
}

# free_blocks FOLDER
free_blocks() { df -P -- "$1" 2>/dev/null | { read -r _ && read -r _ _ _ free _ && printf '%s\n' "$free"; }; }

# name_full: names the filesystems that have no room left, as the shell itself says only "I/O error"
name_full() {
  for at in "$root" "$transaction"/changes/*; do
    if [ -f "$at" ] && load "${at##*/}"; then at=$folder; fi
    if [ "$(free_blocks "$at")" = 0 ]; then printf 'no room left: %s\n' "$(df -P -- "$at" | tail -n 1)"; fi
  done | sort -u >&2
}

# drop: removes everything if staging fails
drop() {
  code=$?
  trap - EXIT
  [ "$code" != 0 ] || exit 0
  if [ "$code" = 1 ]; then name_full; fi
  for change in "$transaction"/changes/*; do
    if [ -f "$change" ] && load "${change##*/}"; then rm -f -- "$staged"; fi
  done
  # An interrupted stage must not leave a unit without a guard.
  if [ -n "$is_open" ]; then
    disarm
    rm -f -- "$root/open"
  fi
  rm -rf -- "$transaction"
  exit "$code"
}

die() {
  say "$*"
  exit 1
}

# has_begun: succeeds if a guard has begun with the transaction, which is not open any more
has_begun() {
  reached=''
  if [ -f "$transaction/state" ]; then read -r reached <"$transaction/state"; fi
  case $reached in '' | staged) [ -e "$transaction/begun" ] ;; esac
}

# sweep: removes files that earlier guards could not remove, for example because the disk was read-only. Also removes what
# a stage has left that a power cut ended: no guard has begun with it.
sweep() {
  own=$id
  for transaction in "$root"/*/; do
    transaction=${transaction%/} id=${transaction##*/}
    for change in "$transaction"/changes/*; do
      if [ -f "$change" ] && load "${change##*/}"; then clear; fi
    done
    case $id in
      [0-9]*Z-*) has_begun || rm -rf -- "$transaction" ;;
    esac
  done
  id=$own transaction=$root/$own
}

# begin: takes the lock, as a host has only one transaction at a time
begin() {
  is_open=
  command -v flock >/dev/null 2>&1 || die 'flock is missing (package util-linux, or busybox)'
  if ! { mkdir -p -- "$root" && chmod 700 "$root"; }; then exit 1; fi
  take_lock
  if [ -e "$root/open" ]; then
    describe_open
    exit 11
  fi
  sweep
  trap drop EXIT
  mkdir -- "$transaction" "$transaction/backup" "$transaction/modes" "$transaction/made" "$transaction/changes" \
    "$transaction/new" || exit 1
}

# change NUMBER KIND BEFORE AFTER KNOWN MODE OWNER SECRECY PATH FOLDER
change() {
  numbered=$1
  shift
  printf '%s %s %s %s %s %s %s\n%s\n%s\n' "$@" >"$transaction/changes/$numbered" || exit 1
}

# content NUMBER SUM, base64 on stdin: stops before anything changes if the content did not arrive as it was sent
content() {
  base64 -d >"$transaction/new/$1" || exit 1
  [ "$(hash_of "$transaction/new/$1")" = "$2" ] || die "the content of change $1 did not arrive as it was sent"
}

# restart, base64 on stdin: keeps the assignments that guard.sh reads
restart() { base64 -d >"$transaction/restart" || exit 1; }

# find_mount FOLDER: sets mount to the mount point of the folder's filesystem
find_mount() {
  mount=/
  at=$(readlink -f -- "$1") || return 1
  while read -r _ _ _ _ point _; do
    case $at/ in "${point%/}"/*) if [ "${#point}" -ge "${#mount}" ]; then mount=$point; fi ;; esac
  done </proc/self/mountinfo
}

# same_filesystem FOLDER OTHER: stops if a rename between them would not be atomic. Between two mounts of one
# filesystem, a rename is not atomic either.
same_filesystem() {
  find_mount "$1" || exit 1
  first_mount=$mount
  find_mount "$2" || exit 1
  if [ "$mount" != "$first_mount" ] || [ "$(stat -L -c %d -- "$1")" != "$(stat -L -c %d -- "$2")" ]; then
    die "$1 and $2 are on different filesystems: a rename between them would not be atomic"
  fi
}

# check NUMBER: stops if the path is not as the plan saw it
check() {
  load "$1" || exit 1
  expect || refuse
}

# enlist: puts the list of changes on the disk before the first file next to its place. After a power cut, the next stage
# finds in the list what to remove.
enlist() {
  # shellcheck disable=SC2046 # names of our own: no spaces
  persist $(find "$transaction/changes") "$transaction" "$root" && persist_name "$root" || exit 1
}

# prepare NUMBER: backs up the old file, and puts the new content next to it
prepare() {
  load "$1" || exit 1
  backup || exit 1
  # The transaction itself may make the folder of a new file.
  if [ "$kind" = file ] && [ -d "$folder" ]; then place || exit 1; fi
}

# start: hands the transaction to its guard
start() {
  read_boot
  record boot "$boot" || exit 1
  record state staged || exit 1
  set_aside || die "$transaction: no room for the states of the transaction"
  # shellcheck disable=SC2046 # names of our own: no spaces
  persist $(find "$transaction")
  is_open=yes
  printf '%s\n' "$id" >"$root/open.new" && persist "$root/open.new" && mv -f -- "$root/open.new" "$root/open" &&
    persist "$root" || exit 1
  arm || die "the guard's unit cannot be written to ${unit%/*}"
  launch || exit 1
}

# write_origin WHO WHAT: records who staged it, for which tasks, from which address and in which shell
write_origin() {
  from=${SSH_CONNECTION:-}
  # $$ is the shell in which all of a controller's scripts run: it ends with the controller's connection.
  read_ticks "$$"
  printf '%s\n%s\n%s\n%s\n%s\n' "$1" "${from%% *}" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$$ $ticks" "$2" \
    >"$transaction/origin" || exit 1
}

# note_processes NAME PID TICKS: keeps the command line of the process that has to go, for an undo to compare with.
# Also lists the other processes of that name, which do not belong to this host's cluster.
note_processes() {
  if is_running "$2" "$3"; then
    b64 <"/proc/$2/cmdline" >"$transaction/before" || exit 1
    for folder in /proc/[0-9]*; do
      { read -r name <"$folder/comm"; } 2>/dev/null || continue
      if [ "$name" != "$1" ] || [ "${folder#/proc/}" = "$2" ] || ! read_ticks "${folder#/proc/}"; then continue; fi
      printf "others=\"\$others %s:%s\"\n" "${folder#/proc/}" "$ticks" >>"$transaction/restart" || exit 1
    done
  fi
}
