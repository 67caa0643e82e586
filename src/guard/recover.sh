# Brings this host's open transaction one step closer to its end, and prints its status; prints nothing if none is
# open. Comes after process.sh, files.sh and state.sh.
#
# If the guard is gone, it is started again and undoes. If the guard waits for a confirmation, but the shell that
# staged the transaction is gone, nobody can confirm it: then the guard is told to undo.

set -u
[ -e "$root/open" ] || exit 0
take_lock
[ -e "$root/open" ] || exit 0
read -r opened <"$root/open" || opened=
case $opened in
  '' | */* | .*)
    # The file does not name a transaction of planewright, so there is nothing to end.
    rm -f -- "$root/open"
    exit 0
    ;;
esac
if [ ! -f "$root/$opened/state" ]; then
  # Nothing was begun: staging stopped before the guard had the transaction.
  rm -rf -- "${root:?}/$opened" "$root/open"
  disarm
  exit 0
fi
id=$opened transaction=$root/$opened
if ! has_guard; then
  # A transaction that has not begun does not begin now, as nobody is left to confirm it.
  if [ ! -e "$transaction/begun" ] && ! has_session "$id"; then take_back unattended 'whoever applied it is gone'; fi
  # The guard's unit may be missing: it was never written, or somebody removed it.
  arm && launch
elif ! has_session "$id" && [ "$(cat "$transaction/state")" = serving ]; then
  take_back unattended 'whoever applied it is gone'
fi
describe_open
