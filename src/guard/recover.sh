# Brings an open transaction of this host nearer to its end, and says where it stands; says nothing where none is
# open. Stands behind process.sh, files.sh and state.sh.
#
# A guard that is gone is started again, and undoes. One that waits for a confirmation which nobody can give any
# more, because the shell of whoever staged it is gone, is told not to wait.

set -u
[ -e "$root/open" ] || exit 0
take_lock
[ -e "$root/open" ] || exit 0
read -r opened <"$root/open" || opened=
case $opened in
  '' | */* | .*)
    # Not a name of ours, and nothing that could be brought to an end.
    rm -f -- "$root/open"
    exit 0
    ;;
esac
if [ ! -f "$root/$opened/state" ]; then
  # Nothing was ever begun: whoever staged it fell before the guard had it.
  rm -rf -- "${root:?}/$opened" "$root/open"
  disarm
  exit 0
fi
id=$opened transaction=$root/$opened
if ! has_guard; then
  # One that was never begun is not begun now: nobody is there who would confirm it.
  if [ ! -e "$transaction/begun" ] && ! has_session "$id"; then take_back unattended 'whoever applied it is gone'; fi
  # Its unit may not have been written, or be gone.
  arm && launch
elif ! has_session "$id" && [ "$(cat "$transaction/state")" = serving ]; then
  take_back unattended 'whoever applied it is gone'
fi
describe_open
