# Waits until the new process listens. POSIX sh and coreutils (GNU's or busybox's). Comes after arrival.sh,
# kubelet.sh, manifest.sh and exit-code.sh.
#
# Expects: way and drain (how the old process ends), awaited (yes if a mount waits for a file that was written). A
# wait that fails returns 1 and leaves its reason in reason_code and reason.

# Seconds until a restart counts as failed. The kubelet alone takes 36-43 s on Kubernetes 1.37, and longer on a busy
# machine.
starting=120
# The same for a pod that waits for a file. The kubelet tries a mount again 2m2s after it failed
# (maxDurationBeforeRetry, k/k pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go, 1.37). It gives up the
# pod's mounts after 2m3s (podAttachAndMountTimeout, pkg/kubelet/volumemanager/volume_manager.go), and retries the pod
# 10-15 s after that.
mounting=300

# hold_process PID TICKS: records which process serves now, for planewright, which follows the transaction. Returns 2
# if the process has ended: it has no command line any more, and would look like a process that lacks all flags.
hold_process() {
  cmdline=$(b64 2>/dev/null <"/proc/$1/cmdline")
  if [ -z "$cmdline" ] || ! is_running "$1" "$2"; then return 2; fi
  record process "$1 $2 $cmdline"
}

# cannot_start: succeeds if the kubelet has reported since began_at that it cannot start the container
cannot_start() {
  complaint=$(kubelet_complaint "$began_at") || return 1
  because not-startable "the kubelet cannot start the new $component"
  printf '%s\n' "$complaint" >"$transaction/words"
}

# await_start LOGS: waits until a process with the wanted arguments listens; keeps the last words of one that comes
# and goes
await_start() {
  known_logs=$1 grace='' next_complaint=300
  # Without `swift`, the kubelet ends the old process.
  if [ "$way" = swift ]; then grace=$drain; fi
  begin_looks
  read_clock
  began=$now began_at=$(date +%s) here_at=$now next_look=$((now + 200))
  limit=$starting
  if [ "$awaited" = yes ]; then
    limit=$mounting
    # The kubelet may have complained about the missing file within this same second.
    began_at=$((began_at + 1))
  fi
  give_up=$((now + limit * 100))
  while [ "$now" -lt "$give_up" ]; do
    look
    case $sight in
      listening)
        hold_process "$new_pid" "$new_ticks"
        case $? in
          0) return 0 ;;
          1) return 1 ;;
        esac
        ;;
      gone)
        crashed
        return 1
        ;;
      nothing)
        offer_again || return 1
        if [ $((now - began)) -ge "$next_complaint" ]; then
          next_complaint=$((next_complaint + 200))
          ! cannot_start || return 1
          # The guard waits for a back-off of seconds. It does not leave the node without an apiserver for minutes.
          if find_back_off "$began_at"; then case $back_off in [2-9]m* | *h*) break ;; esac; fi
        fi
        ;;
    esac
    if [ "$now" -ge "$next_look" ]; then
      next_look=$((now + 200))
      watch_kubelet || return 1
    fi
    pause
  done
  because not-listening "no new $component listens after $(((now - began) / 100)) s"
  if find_back_off "$began_at"; then
    because held-back "$reason: after earlier crashes of the same manifest the kubelet holds it back for $back_off (CrashLoopBackOff)"
  fi
  last_words >"$transaction/words"
  return 1
}
