# Keeps a transaction's state on the disk, and writes it before every step. POSIX sh and coreutils (GNU's or
# busybox's). Comes after process.sh and files.sh; expects root, the folder of all transactions.

: "${root:?}"
unit=/etc/systemd/system/planewright-guard.service
boot_link=/etc/systemd/system/multi-user.target.wants/planewright-guard.service

# try_record FILE LINE: writes a file of the transaction, completely or not at all
try_record() {
  printf '%s\n' "$2" >"$transaction/$1.new" && persist "$transaction/$1.new" &&
    mv -f -- "$transaction/$1.new" "$transaction/$1" && persist "$transaction"
}

# record FILE LINE: does the same on a disk that has become full, too: it gives up the reserved space
record() {
  try_record "$1" "$2" && return
  [ -e "$transaction/reserve" ] || return 1
  rm -f -- "$transaction/reserve"
  try_record "$1" "$2"
}

# record_reason FILE CODE WORDS: writes the code first, so that there are never words without their code
record_reason() { record "$1-code" "$2" && record "$1" "$3"; }

# take_back CODE WORDS: makes the guard undo the transaction. A person who cancels by hand writes only the words.
take_back() { record cancel "$2$newline$1"; }

# set_aside: reserves space for the states, the reason and the last words
set_aside() {
  dd if=/dev/zero of="$transaction/reserve" bs=4096 count=16 2>/dev/null && persist "$transaction/reserve"
}

# read_boot: sets boot to a value that differs after each boot of the host. A container keeps its machine's boot_id
# however often it is started, so the start time of its first process is part of the value.
read_boot() {
  read -r boot </proc/sys/kernel/random/boot_id
  if read_ticks 1; then boot=$boot:$ticks; fi
}

# enter STATE: records the state. The next guard, or the next run, acts on it.
enter() {
  state=$1
  record state "$1" || return 1
  printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >>"$transaction/journal"
  hold
}

# hold: stops the guard in each state that the file "hold" names, for tests of failures in that state
hold() {
  while [ -f "$root/hold" ] && grep -qxF -- "$state" "$root/hold"; do sleep 0.1; done
}

# is_final STATE
is_final() {
  case $1 in confirmed | undone | abandoned | failed) return 0 ;; *) return 1 ;; esac
}

# take_lock: waits up to 10 s, as a process that holds the lock stages or ends a transaction, which takes moments
take_lock() {
  exec 8>"$root/lock" || exit 1
  tries=0
  until flock -n 8; do
    tries=$((tries + 1))
    if [ "$tries" -ge 100 ]; then
      say "$root/lock is held by another process"
      exit 1
    fi
    sleep 0.1
  done
}

has_systemd() { [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; }

# arm: makes systemd start the guard again at the next boot, and whenever it is killed
arm() {
  has_systemd || return 0
  mkdir -p -- "${boot_link%/*}" &&
    cat >"$unit" <<END_OF_UNIT &&
[Unit]
Description=planewright: brings transaction $id to its end
After=local-fs.target
RequiresMountsFor=$root
ConditionPathExists=$transaction/guard
StartLimitIntervalSec=0

[Service]
ExecStart=/bin/sh $transaction/guard
Restart=on-failure
RestartForceExitStatus=SIGTERM SIGHUP SIGINT SIGPIPE
RestartSec=1
KillMode=control-group

[Install]
WantedBy=multi-user.target
END_OF_UNIT
    ln -sf -- "$unit" "$boot_link" && persist "$unit" "${unit%/*}" "${boot_link%/*}" && systemctl daemon-reload
}

# launch: starts the guard as a process of its own. `restart`, not `start`: nobody holds guard.lock, so a guard that
# systemd still knows is about to end, and `start` would do nothing until it has.
launch() {
  if has_systemd; then
    systemctl restart --no-block planewright-guard.service
  elif command -v setsid >/dev/null 2>&1; then
    setsid /bin/sh "$transaction/guard" </dev/null >/dev/null 2>&1 8>&- &
  else
    nohup /bin/sh "$transaction/guard" </dev/null >/dev/null 2>&1 8>&- &
  fi
}

disarm() {
  [ -e "$unit" ] || [ -h "$boot_link" ] || return 0
  rm -f -- "$boot_link" "$unit"
  if has_systemd; then systemctl daemon-reload --no-block; fi
}

# has_guard: succeeds if a guard works on this host
has_guard() {
  [ -e "$root/guard.lock" ] || return 1
  ! (flock -n 7) 7<"$root/guard.lock"
}

# describe ID: prints all that is known about a transaction, one line for each fact; values that may hold any byte are
# base64
describe() {
  described=$root/$1
  printf 'transaction %s\n' "$1"
  printf 'state %s\n' "$(cat "$described/state" 2>/dev/null || printf unknown)"
  printf 'guard %s\n' "$(if has_guard; then printf yes; else printf no; fi)"
  printf 'open %s\n' "$(if [ "$(cat "$root/open" 2>/dev/null)" = "$1" ]; then printf yes; else printf no; fi)"
  if [ -f "$described/process" ]; then printf 'process %s\n' "$(cat "$described/process")"; fi
  for told in origin reason reason-code words failure failure-code journal; do
    if [ -f "$described/$told" ]; then printf '%s %s\n' "$told" "$(b64 <"$described/$told")"; fi
  done
  if [ -f "$described/foreign/first" ]; then
    read -r edited <"$described/foreign/first"
    printf 'foreign %s %s\n' "$edited" "$(b64 <"$described/foreign/$edited" 2>/dev/null)"
  fi
}

# has_session ID: succeeds if the shell that staged the transaction still exists, so that somebody can still confirm
# it
has_session() {
  { read -r _ && read -r _ && read -r _ && read -r session_pid session_ticks; } <"$root/$1/origin" 2>/dev/null &&
    is_running "$session_pid" "$session_ticks"
}

# describe_open: describes the open transaction, and says whether the shell that staged it still exists
describe_open() {
  read -r opened <"$root/open"
  describe "$opened"
  printf 'session %s\n' "$(if has_session "$opened"; then printf yes; else printf no; fi)"
}
