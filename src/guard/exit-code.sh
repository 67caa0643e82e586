# With which exit code a container ended, as its runtime tells. POSIX sh and coreutils (busybox's too).
# Stands behind arrival.sh and kubelet.sh; expects known_containers (what containers printed before).

# Where containerd's plugin for Kubernetes keeps its records (containerd's default root)
containerd=/var/lib/containerd/io.containerd.grpc.v1.cri

# containers: the logs of the program's containers, the latest first; a container's id is in the name
containers() { ls -t /var/log/containers/*_"$component"-*.log 2>/dev/null; }

# exit_code_of ID: what the runtime noted of a container that ended: asked of crictl, or read where containerd's own
# record is (containerd internal/cri/store/container/status.go); fails for one that runs
exit_code_of() {
  if command -v crictl >/dev/null 2>&1; then
    told=$(ask_runtime inspect --output json "$1" | tr -d ' \n')
    case $told in *'"state":"CONTAINER_EXITED"'*) ;; *) return 1 ;; esac
    told=$(printf '%s' "$told" | sed -n 's/.*"exitCode":\([0-9]*\).*/\1/p')
  else
    told=$(sed -n '/"FinishedAt":0,/!s/.*"ExitCode":\([0-9]*\).*/\1/p' "$containerd/containers/$1/status" 2>/dev/null)
  fi
  [ -n "$told" ] && printf '%s\n' "$told"
}

# new_containers: the ids of those that were not there before, the latest first
new_containers() {
  for container in $(containers); do
    case $known_containers in *"$container"*) continue ;; esac
    container=${container##*-}
    printf '%s\n' "${container%.log}"
  done
}

# look_for_code: sets exit_code to that of the container that crashed; where that is not known, of the latest new one that ended
look_for_code() {
  for container in ${crashed_container:-$(new_containers)}; do
    if exit_code=$(exit_code_of "$container"); then return 0; fi
  done
  return 1
}

# find_exit_code PATIENCE: sets exit_code to that of the container that crashed; looks once, and until so many hundredths of
# a second have passed
find_exit_code() {
  exit_code=''
  command -v crictl >/dev/null 2>&1 || [ -d "$containerd/containers" ] || return 1
  read_clock
  enough=$((now + $1))
  until look_for_code; do
    read_clock
    [ "$now" -lt "$enough" ] || return 1
    sleep 0.1
  done
}

# crash_words [EXIT_CODE]
crash_words() { printf '%s\n' "the new $component does not stay up${1:+: its container ended with exit code $1}"; }

crashed() {
  because crashed "$(crash_words)"
  # The runtime needs a moment to note it. On a busy machine more than that: nobody is without an apiserver for it.
  if find_exit_code 100; then
    because crashed "$(crash_words "$exit_code")"
  else
    is_coded=no
    # What comes after it is ended by us, and has a code as well.
    crashed_container=$(new_containers | head -n 1)
  fi
  last_words >"$transaction/words"
}

# note_exit_code: adds the exit code that was not there yet when the program crashed, which is the reason then
note_exit_code() {
  if [ "$is_coded" = yes ] || ! find_exit_code 0; then return 0; fi
  is_coded=yes
  record reason "$(crash_words "$exit_code")" || :
}
