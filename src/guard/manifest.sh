# Moves the manifest out of the kubelet's folder and into it. POSIX sh and coreutils (GNU's or busybox's). Comes after
# files.sh and kubelet.sh; expects manifest (the number of the change that is the manifest).

# Hundredths of a second in which a kubelet makes the pod's cgroup after a manifest came. It was measured to need 10;
# a busy kubelet needs longer. A kubelet that still holds the old pod's name makes no cgroup. See offer_again.
taking_up=200

# take_away SUFFIX: moves the manifest next to its folder. Returns 2 if it was another person's version, 3 if it
# cannot be moved.
take_away() {
  mv -f -- "$path" "$staged$1" || return 3
  persist_name "$path"
  current "$staged$1"
  if is_known "$current"; then return 0; fi
  if [ "$current" != unreadable ]; then keep_foreign "$number" "$staged$1"; fi
  # Another person edited the manifest just before the rename. It goes back to its place, unless a new one is there
  # already.
  if ! ln -- "$staged$1" "$path" && [ ! -e "$path" ]; then mv -f -- "$staged$1" "$path"; fi
  persist_name "$path"
  if [ "$current" = unreadable ]; then return 3; fi
  say "$path was edited by somebody else"
  return 2
}

# put_in FILE: puts the manifest in, if none is there; never overwrites one that another person put there meanwhile
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

# list_pods: prints what the kubelet has made for pods: their folders, and the cgroups of pods of the same class as
# ours
list_pods() { ls -d "$kubelet_root"/pods/* "${cgroup_head:-/nowhere/}"*"$cgroup_tail" 2>/dev/null; }

# is_taken_up: succeeds if the kubelet has made a folder or cgroup for a pod since known_pods was listed
is_taken_up() {
  for pod in $(list_pods); do
    case $newline$known_pods$newline in *"$newline$pod$newline"*) ;; *) return 0 ;; esac
  done
  return 1
}

# offer_again: if the kubelet does not take up the new manifest, takes it away and puts it in once more. No sign that
# the kubelet's worker has ended is completely certain, and a pod that the worker holds back waits 10-15 s for its
# next turn. If the manifest goes before its pod began and comes again, the next housekeeping starts the pod.
# Housekeeping comes every 2 s (HandlePodCleanups, pkg/kubelet/kubelet_pods.go; measured on Kubernetes 1.37.2, and by
# its code the same from 1.30 on).
#
# Expects offer_at (when to do it; empty for never) and known_pods. An undo does not do this: the manifest that worked
# before stays in. Fails with a reason if the manifest is another person's now.
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
