# Waits for a transaction to go on, and says where it stands. Stands behind process.sh, files.sh and state.sh.
#
# Expects: seen (the state that is known already), patience (tenths of a second until it is said anyway). Short
# enough for the shell to notice soon that its connection is gone.

: "${seen?}" "${patience:?}"
set -u
looks=0
while [ "$looks" -lt "$patience" ]; do
  read -r state <"$transaction/state" || exit 1
  if is_final "$state"; then
    # Ended is ended when nothing holds the host any more.
    [ "$(cat "$root/open" 2>/dev/null)" = "$id" ] || break
  elif [ "$state" != "$seen" ]; then
    break
  fi
  looks=$((looks + 1))
  sleep 0.1
done
describe "$id"
