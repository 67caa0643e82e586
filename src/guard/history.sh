# Prints all transactions that the host keeps, the oldest first: for each the output of describe, its changes, and
# `end`. Comes after process.sh, files.sh and state.sh.

for folder in "$root"/*/; do
  [ -f "$folder/state" ] || continue
  transaction=${folder%/} id=${folder%/}
  id=${id##*/}
  describe "$id"
  if [ -f "$transaction/restart" ]; then
    component='' manifest=''
    # shellcheck source=/dev/null # written by stage.sh
    . "$transaction/restart"
    printf 'restart %s %s\n' "${manifest:--}" "$(printf %s "$component" | b64)"
  fi
  for change in "$transaction"/changes/*; do
    load "${change##*/}" || continue
    had=-
    if [ -f "$transaction/modes/$number" ]; then read -r had <"$transaction/modes/$number"; fi
    printf 'change-%s %s %s %s %s %s %s %s\n' "$number" "$kind" "$before" "$after" "$secrecy" \
      "$(printf %s "$path" | b64)" "$(printf %s "$folder" | b64)" "$had"
  done
  printf 'end\n'
done
