# Waits until a transaction reaches another state, and prints its status. Comes after process.sh, files.sh and
# state.sh.
#
# Expects: seen (the state that the caller already knows), patience (tenths of a second after which the status is
# printed in any case). patience is short, so that the shell soon notices a lost connection.

: "${seen?}" "${patience:?}"
set -u
looks=0
while [ "$looks" -lt "$patience" ]; do
  read -r state <"$transaction/state" || exit 1
  if is_final "$state"; then
    # A transaction has ended only when it no longer holds the host.
    [ "$(cat "$root/open" 2>/dev/null)" = "$id" ] || break
  elif [ "$state" != "$seen" ]; then
    break
  fi
  looks=$((looks + 1))
  sleep 0.1
done
describe "$id"
