# Waits until the new process listens. POSIX sh and coreutils (busybox's too).
# Stands behind arrival.sh, kubelet.sh, manifest.sh and exit-code.sh.
#
# Expects: way and drain (how the old process ends), awaited (yes where a mount waits for what was written). A wait that
# fails returns 1 and leaves why in reason_code and reason.

# Seconds until a restart counts as failed. Left to the kubelet one takes 36-43 s on Kubernetes 1.37; a loaded
# machine takes longer.
starting=120
# The same for a pod that waits for a file: the kubelet tries a mount again 2m2s after it failed (maxDurationBeforeRetry,
# k/k pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go, 1.37), and a pod anew 10-15 s after it gave up
# its mounts, which is after 2m3s (podAttachAndMountTimeout, pkg/kubelet/volumemanager/volume_manager.go)
mounting=300

# hold_process PID TICKS: writes down which process serves now, for whoever follows the transaction; 2 where it has
# ended: such a process has no command line any more, and would be told as one that lacks all our flags
hold_process() {
  cmdline=$(b64 2>/dev/null <"/proc/$1/cmdline")
  if [ -z "$cmdline" ] || ! is_running "$1" "$2"; then return 2; fi
  record process "$1 $2 $cmdline"
}

# cannot_start: the kubelet has said so since began_at
cannot_start() {
  complaint=$(kubelet_complaint "$began_at") || return 1
  because not-startable "the kubelet cannot start the new $component"
  printf '%s\n' "$complaint" >"$transaction/words"
}

# await_start LOGS: until a process of ours listens that has the arguments; leaves its words where it comes and goes
await_start() {
  known_logs=$1 grace='' next_complaint=300
  # Left to the kubelet otherwise.
  if [ "$way" = swift ]; then grace=$drain; fi
  begin_looks
  read_clock
  began=$now began_at=$(date +%s) here_at=$now next_look=$((now + 200))
  limit=$starting
  if [ "$awaited" = yes ]; then
    limit=$mounting
    # What the kubelet said of the missing file may be of this very second.
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
          # Some seconds are waited for; not minutes without an apiserver.
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
