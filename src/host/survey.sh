# Answers planewright's questions about a host. POSIX sh and coreutils (GNU's or busybox's).
#
# Each answer is one line of fields, separated by spaces. Values that may hold any byte (contents, names, command
# lines) are base64, so that nobody can take a file name or a content for an answer. A path is always an argument of a
# function, and never part of the text that the shell parses. On the host, starting a program costs the most, so the
# shell does itself what it can. Expects largest_file: the number of bytes above which a file is not read, so that no
# survey reads a log by mistake.

: "${largest_file:?}"
LC_ALL=C
export LC_ALL
hertz=
boot=

# base64 breaks its lines, and printf joins them again. The alphabet has no character that globs.
# shellcheck disable=SC2046 # the lines are to be split
b64() { printf %s $(base64); }

answer_identity() {
  printf 'identity %s %s\n' "$(id -u)" "$(date +%s)"
}

# unreadable PATH64 REASON
unreadable() { printf 'file %s unreadable %s\n' "$1" "$(printf %s "$2" | b64)"; }

# answer_file PATH PATH64
answer_file() {
  path64=$2
  if ! numbers=$(stat -c '%a %u %g %d:%i %Y %s' -- "$1" 2>&1); then
    # GNU stat quotes names in several ways, busybox's stat does not quote them: only the end of the message is
    # certain.
    case $numbers in
      *': No such file or directory' | *': Not a directory') printf 'file %s absent\n' "$path64" ;;
      *) unreadable "$path64" "$numbers" ;;
    esac
    return
  fi
  size=${numbers##* }
  numbers=${numbers% *}
  if [ -d "$1" ] && [ ! -h "$1" ]; then
    printf 'file %s directory %s\n' "$path64" "$numbers"
  elif [ -d "$1" ]; then
    printf 'file %s directory %s\n' "$path64" "$(stat -L -c '%a %u %g %d:%i %Y' -- "$1")"
  elif [ -h "$1" ] || [ ! -f "$1" ]; then
    printf 'file %s other %s %s\n' "$path64" "$numbers" "$(stat -c %F -- "$1" | b64)"
  elif [ "$size" -gt "$largest_file" ]; then
    unreadable "$path64" "larger than $largest_file bytes"
  elif content=$(base64 <"$1" 2>/dev/null); then
    printf 'file %s regular %s content:' "$path64" "$numbers"
    # shellcheck disable=SC2086 # the lines are to be split, see b64
    printf %s $content
    printf '\n'
  else
    # A file that cannot be read must not look like an empty file.
    unreadable "$path64" "$({ base64 <"$1" >/dev/null; } 2>&1)"
  fi
}

# answer_folder PATH: prints each entry as answer_file does
answer_folder() {
  printf 'folder\n'
  for entry in "$1"/* "$1"/.*; do
    case ${entry##*/} in . | ..) continue ;; esac
    if [ -e "$entry" ] || [ -h "$entry" ]; then answer_file "$entry" "$(printf %s "$entry" | b64)"; fi
  done
  printf 'end\n'
}

# started STAT: sets ticks to field 22 of a stat line. The name stands in brackets and may hold spaces, so it is the
# 20th field after it.
started() {
  # shellcheck disable=SC2086 # the fields are to be split
  set -- ${1##*) }
  shift 19
  ticks=$1
}

# answer_processes NAME PATH...: prints the processes of that name, and what each sees at the paths
answer_processes() {
  wanted=$1
  shift
  : "${hertz:=$(getconf CLK_TCK 2>/dev/null || printf 100)}"
  : "${boot:=$(sed -n 's/^btime //p' /proc/stat)}"
  printf 'processes %s %s\n' "$boot" "$hertz"
  for folder in /proc/[0-9]*; do
    # A process may end while the script reads it: if a part is missing, the process is gone.
    { read -r command <"$folder/comm"; } 2>/dev/null || continue
    [ "$command" = "$wanted" ] || continue
    { read -r statistics <"$folder/stat"; } 2>/dev/null || continue
    arguments=$(b64 2>/dev/null <"$folder/cmdline")
    # A zombie has no arguments any more, and serves nothing.
    [ -n "$arguments" ] || continue
    started "$statistics"
    printf 'process %s %s %s' "${folder#/proc/}" "$ticks" "$arguments"
    for seen; do
      printf ' %s' "$(stat -L -c '%d:%i' -- "$folder/root$seen" 2>/dev/null || printf -)"
    done
    printf '\n'
  done
  printf 'end\n'
}
