# Where a transaction stands, on the disk before every step. POSIX sh and coreutils (busybox's too).
# Stands behind process.sh and files.sh; expects root, the folder of all transactions.

: "${root:?}"
unit=/etc/systemd/system/planewright-guard.service
boot_link=/etc/systemd/system/multi-user.target.wants/planewright-guard.service

# try_record FILE LINE: a file of the transaction, whole or not at all
try_record() {
  printf '%s\n' "$2" >"$transaction/$1.new" && persist "$transaction/$1.new" &&
    mv -f -- "$transaction/$1.new" "$transaction/$1" && persist "$transaction"
}

# record FILE LINE: the same, on a disk that has filled up meanwhile, too: what was set aside is given up for it
record() {
  try_record "$1" "$2" && return
  [ -e "$transaction/reserve" ] || return 1
  rm -f -- "$transaction/reserve"
  try_record "$1" "$2"
}

# record_reason FILE CODE WORDS: the code first, so that words are never there without theirs
record_reason() { record "$1-code" "$2" && record "$1" "$3"; }

# take_back CODE WORDS: the guard undoes what it has done; a person by hand writes the words alone
take_back() { record cancel "$2$newline$1"; }

# set_aside: room for the states, the reason and the last words
set_aside() {
  dd if=/dev/zero of="$transaction/reserve" bs=4096 count=16 2>/dev/null && persist "$transaction/reserve"
}

# read_boot: sets boot to what tells this life of the host from any other. A container keeps the boot_id of the
# machine it stands on, however often it is started: when its first process came tells them apart.
read_boot() {
  read -r boot </proc/sys/kernel/random/boot_id
  if read_ticks 1; then boot=$boot:$ticks; fi
}

# enter STATE: from here on whoever comes next takes it from there
enter() {
  state=$1
  record state "$1" || return 1
  printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >>"$transaction/journal"
  hold
}

# hold: for tests of what happens when something fails just here: who names a state in this file stops the guard in it
hold() {
  while [ -f "$root/hold" ] && grep -qxF -- "$state" "$root/hold"; do sleep 0.1; done
}

# is_final STATE
is_final() {
  case $1 in confirmed | undone | abandoned | failed) return 0 ;; *) return 1 ;; esac
}

# take_lock: who holds this is staging or settling just now: a matter of moments
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

# arm: at the next boot the guard is started again, and now wherever it is killed
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

# launch: the guard, as a process that is none of ours. Nobody holds guard.lock: what systemd still has of an earlier guard is on its
# way out, and a start would do nothing until it is.
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

# has_guard: a guard is at work on this host
has_guard() {
  [ -e "$root/guard.lock" ] || return 1
  ! (flock -n 7) 7<"$root/guard.lock"
}

# describe ID: what there is to know of a transaction, a line for each thing; whatever may hold any byte is base64
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

# has_session ID: the shell in which the transaction was staged is still there, and with it who may confirm it
has_session() {
  { read -r _ && read -r _ && read -r _ && read -r session_pid session_ticks; } <"$root/$1/origin" 2>/dev/null &&
    is_running "$session_pid" "$session_ticks"
}

# describe_open: the transaction that is open
describe_open() {
  read -r opened <"$root/open"
  describe "$opened"
  printf 'session %s\n' "$(if has_session "$opened"; then printf yes; else printf no; fi)"
}
