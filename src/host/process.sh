# Looks at a static pod's process, through /proc and its logs. POSIX sh and coreutils (GNU's or busybox's).
#
# Expects:
# - component (the program's name)
# - old_pid and old_ticks (the process from before; 0 if there was none)
# - arguments (a line each: what the new process must have on its command line, each flag once; any other process
#   belongs to a manifest that the kubelet read before ours)
# - port (where it listens; 0 if it does not)
# - others (PID:TICKS of processes of that name that belong to other clusters, in containers on this host)
#
# A look starts as few processes as possible, as the machine may be busy.

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

# read_ticks PID: sets ticks to the start of the process, and condition to its state letter; fails if it is gone or a
# zombie
read_ticks() {
  { read -r statistics <"/proc/$1/stat"; } 2>/dev/null || return 1
  # The name stands in brackets and may hold spaces, so field 22 is the 20th after it.
  set -f
  # shellcheck disable=SC2086 # the fields are to be split
  set -- ${statistics##*) }
  set +f
  ticks=${20} condition=$1
  [ "$1" != Z ]
}

# is_running PID TICKS: succeeds if this same process runs, and not another one with its number
is_running() { [ "$1" != 0 ] && read_ticks "$1" && [ "$ticks" = "$2" ]; }

is_old() { is_running "$old_pid" "$old_ticks"; }

# has_arguments PID: succeeds if the process has each of the arguments, and each flag only once
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

# find_latest: sets new_pid and new_ticks to the latest process that started after the old one and has the arguments
find_latest() {
  new_pid=0 new_ticks=0
  for folder in /proc/[0-9]*; do
    { read -r name <"$folder/comm"; } 2>/dev/null || continue
    [ "$name" = "$component" ] || continue
    read_ticks "${folder#/proc/}" || continue
    if [ "$ticks" -le "$old_ticks" ] || [ "$ticks" -le "$new_ticks" ]; then continue; fi
    case " $others " in *" ${folder#/proc/}:$ticks "*) continue ;; esac
    has_arguments "${folder#/proc/}" || continue
    new_pid=${folder#/proc/} new_ticks=$ticks
  done
  [ "$new_pid" != 0 ]
}

# listens PID: succeeds if this same process listens on the port, and not another one in the same network
listens() {
  [ "$port" != 0 ] || return 0
  # shellcheck disable=SC2013 # an inode is one word
  for socket in $(
    sed -n "s/^.*:$(printf %04X "$port") [0-9A-F]*:0000 0A \([^ ]* *\)\{5\}\([0-9]*\) .*/\2/p" \
      "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null
  ); do
    # shellcheck disable=SC2010 # what a descriptor is stands behind its name
    ls -l "/proc/$1/fd" 2>/dev/null | grep -qF "socket:[$socket]" && return 0
  done
  return 1
}

pod_logs() { ls -d /var/log/pods/*_"$component"-*/"$component"/*.log 2>/dev/null; }

# last_words: prints the ends of the program's two newest logs, as the newest may have just begun
last_words() {
  # shellcheck disable=SC2012 # the kubelet's names hold neither spaces nor newlines
  ls -t /var/log/pods/*_"$component"-*/"$component"/*.log 2>/dev/null | head -n 2 | sort |
    while read -r log; do tail -n 20 -- "$log"; done
}

# count_starts: sets starts to the number of containers that began since known_logs was listed: each has its own log
count_starts() {
  starts=0
  for log in $(pod_logs); do
    case $newline$known_logs$newline in *"$newline$log$newline"*) ;; *) starts=$((starts + 1)) ;; esac
  done
}
