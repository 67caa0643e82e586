# Finds the exit code with which a container ended, as its runtime reports it. POSIX sh and coreutils (GNU's or
# busybox's). Comes after arrival.sh and kubelet.sh; expects known_containers (an earlier output of the function
# containers).

# The folder in which containerd's plugin for Kubernetes keeps its records (containerd's default root)
containerd=/var/lib/containerd/io.containerd.grpc.v1.cri

# containers: prints the logs of the program's containers, the latest first; a log's name contains the container's id
containers() { ls -t /var/log/containers/*_"$component"-*.log 2>/dev/null; }

# exit_code_of ID: prints the exit code that the runtime recorded for a container that ended. Asks crictl if it
# exists, else reads containerd's own record (containerd internal/cri/store/container/status.go). Fails if the
# container runs.
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

# new_containers: prints the ids of the containers that are not in known_containers, the latest first
new_containers() {
  for container in $(containers); do
    case $known_containers in *"$container"*) continue ;; esac
    container=${container##*-}
    printf '%s\n' "${container%.log}"
  done
}

# look_for_code: sets exit_code to that of the container that crashed. If that container is not known, takes the
# latest new container that has ended.
look_for_code() {
  for container in ${crashed_container:-$(new_containers)}; do
    if exit_code=$(exit_code_of "$container"); then return 0; fi
  done
  return 1
}

# find_exit_code PATIENCE: sets exit_code to that of the container that crashed; looks at least once, and repeats the
# look for PATIENCE hundredths of a second
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
  # The runtime needs a moment to record the exit code, on a busy machine longer than this wait. The guard does not
  # wait longer, as the node has no apiserver meanwhile: note_exit_code adds the code later.
  if find_exit_code 100; then
    because crashed "$(crash_words "$exit_code")"
  else
    is_coded=no
    # The guard itself ends the containers that come after this one, and they have exit codes too.
    crashed_container=$(new_containers | head -n 1)
  fi
  last_words >"$transaction/words"
}

# note_exit_code: if the program crashed and that is the reason, adds the exit code that was missing then
note_exit_code() {
  if [ "$is_coded" = yes ] || ! find_exit_code 0; then return 0; fi
  is_coded=yes
  record reason "$(crash_words "$exit_code")" || :
}
