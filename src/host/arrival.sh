# One look at a restart, for scripts that wait for it. POSIX sh and coreutils (GNU's or busybox's). Comes after
# process.sh, which says what it expects.
#
# Also expects: known_logs (an earlier output of pod_logs), grace (seconds that the old process gets once it has
# closed its port; empty if the kubelet ends it).

# find_ours: sets our_pid and our_ticks to the process that runs: a later one, or else the old one
find_ours() {
  wanted_arguments=$arguments arguments=
  if find_latest; then
    our_pid=$new_pid our_ticks=$new_ticks
  else
    our_pid=$old_pid our_ticks=$old_ticks
  fi
  arguments=$wanted_arguments
  is_running "$our_pid" "$our_ticks"
}

# has_come_and_gone: succeeds if a container began and its process is gone. If a process ends within a tenth of a
# second, only its logs show it: a second container, or a first one that has no process for ten looks.
has_come_and_gone() {
  count_starts
  if [ "$starts" = 0 ] || find_ours; then missed=0; else missed=$((missed + 1)); fi
  [ "$starts" -ge 2 ] || [ "$missed" -ge 10 ]
}

# begin_looks: call it before the first look
begin_looks() { seen_pid=0 was_open='' closed_at='' missed=0; }

# drain_old: ends the old process. A terminating apiserver closes its port within 0.1 s. Then it only waits for
# watches, which never end, until the kubelet kills it after 30 s. So it is ended once requests in flight had their
# time.
drain_old() {
  if listens "$old_pid"; then
    was_open=yes closed_at=
  elif [ -n "$was_open" ]; then
    [ -n "$closed_at" ] || closed_at=$now
    if [ -n "$grace" ] && [ "$port" != 0 ] && [ $((now - closed_at)) -ge $((grace * 100)) ]; then
      kill -9 "$old_pid" 2>/dev/null
    fi
  fi
}

# look: sets sight to old, new (it does not listen yet), listening, gone (a process has come and gone), or nothing
look() {
  sight=nothing
  if is_old; then
    sight=old
    drain_old
  elif find_latest; then
    sight=new
    if [ "$seen_pid" != 0 ] && [ "$seen_pid" != "$new_pid" ]; then sight=gone; fi
    seen_pid=$new_pid
    if [ "$sight" = new ] && listens "$new_pid"; then sight=listening; fi
  elif [ "$seen_pid" != 0 ] || has_come_and_gone; then
    sight=gone
  fi
}
