# Brings an open transaction of this host nearer to its end, and says where it stands; says nothing where none is
# open. Stands behind process.sh, files.sh and state.sh.
#
# A guard that is gone is started again, and undoes. One that waits for a confirmation which nobody can give any
# more, because the shell of whoever staged it is gone, is told not to wait.

set -u
[ -e "$root/open" ] || exit 0
take_lock
[ -e "$root/open" ] || exit 0
read -r opened <"$root/open"
if [ ! -f "$root/$opened/state" ]; then
  # Nothing was ever begun: whoever staged it fell before the guard had it.
  rm -rf -- "${root:?}/$opened" "$root/open"
  exit 0
fi
id=$opened transaction=$root/$opened
if ! has_guard; then
  launch
elif ! has_session "$id" && [ "$(cat "$transaction/state")" = serving ]; then
  record cancel 'whoever applied it is gone'
fi
describe_open
