# Waits until the kubelet has replaced a static pod's process. POSIX sh and coreutils (busybox's too).
#
# Prints one line: `listening PID TICKS CMDLINE` once the new process listens, `crashed LOG` when it came and went,
# `timeout LOG` when none came. CMDLINE and LOG are base64.
# Expects: component (the program's name), old_pid and old_ticks (the process that has to go; 0 where there was
# none), survivor_pid and survivor_ticks (a process that is welcome though it is not new; 0 where there is none),
# watched_pid and watched_ticks (a process that is only asked for: `there`, or `crashed`; 0 to wait for one),
# arguments (a line each: what the new process has to have on its command line, each flag once; any other process is a
# forerunner, of a manifest that the kubelet read before ours), port (where it listens; 0 where it does not), drain and
# deadline (seconds).
#
# It looks five times a second, and a look starts as few processes as can be: the machine may be busy enough.

: "${component:?}" "${old_pid:?}" "${old_ticks:?}" "${survivor_pid:?}" "${survivor_ticks:?}"
: "${watched_pid:?}" "${watched_ticks:?}" "${arguments?}" "${port:?}" "${drain:?}" "${deadline:?}"
set -u
LC_ALL=C
export LC_ALL
newline='
'

b64() { base64 | tr -d '\n'; }

# read_clock: sets now, in hundredths of a second
read_clock() {
  read -r uptime _ </proc/uptime
  now=${uptime%.*}${uptime#*.}
}

# read_ticks PID: sets ticks to when it started; fails where it is gone, or a zombie
read_ticks() {
  { read -r statistics <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name stands in brackets and may hold spaces: field 22 is the 20th behind it.
  set -f
  # shellcheck disable=SC2086 # the fields are to be split
  set -- ${statistics##*) }
  set +f
  ticks=${20}
  [ "$1" != Z ]
}

is_old() { [ "$old_pid" != 0 ] && read_ticks "$old_pid" && [ "$ticks" = "$old_ticks" ]; }

# has_arguments PID: each of the arguments, and none of their flags a second time
has_arguments() {
  [ -n "$arguments" ] || return 0
  line=$newline$(tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline")$newline
  rest=$arguments$newline
  while [ -n "$rest" ]; do
    wanted=${rest%%"$newline"*} rest=${rest#*"$newline"}
    case $line in *"$newline$wanted$newline"*) ;; *) return 1 ;; esac
    case $wanted in *=*) ;; *) continue ;; esac
    flag=$newline${wanted%%=*}
    case ${line#*"$flag="} in *"$flag="* | *"$flag$newline"*) return 1 ;; esac
    case $line in *"$flag$newline"*) return 1 ;; esac
  done
}

# find_new: sets new_pid and new_ticks to the survivor, or to the latest process that is new and as it has to be
find_new() {
  new_pid=$survivor_pid new_ticks=$survivor_ticks
  if [ "$new_pid" != 0 ] && read_ticks "$new_pid" && [ "$ticks" = "$new_ticks" ]; then return 0; fi
  new_pid=0 new_ticks=0
  for folder in /proc/[0-9]*; do
    { read -r name <"$folder/comm"; } 2>/dev/null || continue
    [ "$name" = "$component" ] || continue
    read_ticks "${folder#/proc/}" || continue
    if [ "$ticks" -le "$old_ticks" ] || [ "$ticks" -le "$new_ticks" ]; then continue; fi
    has_arguments "${folder#/proc/}" || continue
    new_pid=${folder#/proc/} new_ticks=$ticks
  done
  [ "$new_pid" != 0 ]
}

# listens PID: this very process listens on our port, and not another one in the same network
listens() {
  [ "$port" != 0 ] || return 0
  # shellcheck disable=SC2013 # an inode is one word
  for socket in $(
    sed -n "s/^.*:$port_hex [0-9A-F]*:0000 0A \([^ ]* *\)\{5\}\([0-9]*\) .*/\2/p" "/proc/$1/net/tcp" \
      "/proc/$1/net/tcp6" 2>/dev/null
  ); do
    # shellcheck disable=SC2010 # what a descriptor is stands behind its name
    ls -l "/proc/$1/fd" 2>/dev/null | grep -qF "socket:[$socket]" && return 0
  done
  return 1
}

pod_logs() { ls -d /var/log/pods/*_"$component"-*/"$component" 2>/dev/null; }

# last_words: the ends of the newest two logs of the program: the last one may have just begun
last_words() {
  # shellcheck disable=SC2012 # the kubelet's names hold neither spaces nor newlines
  ls -t /var/log/pods/*_"$component"-*/"$component"/*.log 2>/dev/null | head -n 2 | sort |
    while read -r log; do tail -n 20 -- "$log"; done | b64
}

# was_started_again: a pod that is new has a container that is not its first
was_started_again() {
  for log_folder in $(pod_logs); do
    case $known_logs in *"$log_folder"*) continue ;; esac
    for log in "$log_folder"/[1-9]*.log; do [ ! -e "$log" ] || return 0; done
  done
  return 1
}

# finish OUTCOME
finish() {
  printf '%s %s\n' "$1" "$(last_words)"
  exit 0
}

port_hex=$(printf %04X "$port")
known_logs=
if [ "$watched_pid" != 0 ]; then
  # Only a look: is this process still there?
  if read_ticks "$watched_pid" && [ "$ticks" = "$watched_ticks" ]; then finish there; fi
  finish crashed
fi
known_logs=$(pod_logs)
seen_pid=0 # a new process that we have seen
was_open=  # the old process has listened while we looked
closed_at= # since when the old process is there and its port is closed
read_clock
end=$((now + deadline * 100))
while [ "$now" -lt "$end" ]; do
  if is_old; then
    # A terminating apiserver closes its port within 0.1 s, and then only waits for watches, which never end,
    # until the kubelet kills it after 30 s. Once requests in flight had their time, it is ended for it.
    if listens "$old_pid"; then
      was_open=yes closed_at=
    elif [ -n "$was_open" ]; then
      [ -n "$closed_at" ] || closed_at=$now
      if [ "$port" != 0 ] && [ $((now - closed_at)) -ge $((drain * 100)) ]; then
        kill -9 "$old_pid" 2>/dev/null
      fi
    fi
  elif find_new; then
    if [ "$seen_pid" != 0 ] && [ "$seen_pid" != "$new_pid" ]; then finish crashed; fi
    seen_pid=$new_pid
    if listens "$new_pid"; then
      printf 'listening %s %s %s\n' "$new_pid" "$new_ticks" "$(b64 <"/proc/$new_pid/cmdline")"
      exit 0
    fi
  elif [ "$seen_pid" != 0 ]; then
    finish crashed
  elif was_started_again; then
    # A process that ends within a fifth of a second is told by its logs alone.
    finish crashed
  fi
  sleep 0.2
  read_clock
done
finish timeout
