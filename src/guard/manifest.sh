# Moves the manifest out of the kubelet's folder and into it. POSIX sh and coreutils (busybox's too).
# Stands behind files.sh and kubelet.sh; expects manifest (the number of the change that is the manifest).

# Hundredths of a second in which a kubelet that takes a manifest up has made the pod's cgroup: 10 as measured. One that is
# busy takes longer; one that holds the name for the old pod makes none. See offer_again.
taking_up=200

# take_away SUFFIX: the manifest, to beside its folder; 2 where it was somebody else's, 3 where it cannot be moved
take_away() {
  mv -f -- "$path" "$staged$1" || return 3
  persist_name "$path"
  current "$staged$1"
  if is_known "$current"; then return 0; fi
  if [ "$current" != unreadable ]; then keep_foreign "$number" "$staged$1"; fi
  # Somebody was faster than us by the blink of an eye: it goes back where it was, unless there is one again.
  if ! ln -- "$staged$1" "$path" && [ ! -e "$path" ]; then mv -f -- "$staged$1" "$path"; fi
  persist_name "$path"
  if [ "$current" = unreadable ]; then return 3; fi
  say "$path was edited by somebody else"
  return 2
}

# put_in FILE: as the manifest that is not there; never over one that somebody else put there meanwhile
put_in() {
  if ! ln -- "$1" "$path"; then
    if [ -e "$path" ]; then
      current "$path"
      is_known "$current" || keep_foreign "$number" "$path"
      return 1
    fi
    # Some filesystems have no hard links.
    mv -f -- "$1" "$path" || return 1
  fi
  label "$path"
  rm -f -- "$1"
  persist_name "$path"
}

# list_pods: what the kubelet has made for pods: their folders, and the cgroups of those of our pod's class
list_pods() { ls -d "$kubelet_root"/pods/* "${cgroup_head:-/nowhere/}"*"$cgroup_tail" 2>/dev/null; }

# is_taken_up: the kubelet has made something for a pod since known_pods were listed
is_taken_up() {
  for pod in $(list_pods); do
    case $newline$known_pods$newline in *"$newline$pod$newline"*) ;; *) return 0 ;; esac
  done
  return 1
}

# offer_again: the new manifest, once, to a kubelet that has not taken it up. No sign of the worker's is wholly certain, and
# a pod that it holds back waits 10-15 s for its next turn; one that is taken away before it began, and comes again, has it
# with the next housekeeping, which comes every 2 s and restarts it (HandlePodCleanups, pkg/kubelet/kubelet_pods.go; measured
# on Kubernetes 1.37.2, and by its code the same from 1.30 on). Expects offer_at, empty where it is not to be offered, and
# known_pods. Not done for an undo: what worked before stays in. Fails with a reason where the manifest is not ours any more.
offer_again() {
  if [ -z "$offer_at" ] || [ "$now" -lt "$offer_at" ]; then return 0; fi
  offer_at=''
  if is_absent || is_taken_up; then return 0; fi
  load "$manifest" || return 0
  take_away ''
  case $? in
    0) ;;
    2)
      because edited "$path was edited by somebody else"
      return 1
      ;;
    *) return 0 ;;
  esac
  if ! put_in "$staged"; then
    because not-put-in "$path could not be put in again"
    return 1
  fi
  printf 'the kubelet had not taken it up: the manifest was offered again\n' >>"$transaction/journal"
}
