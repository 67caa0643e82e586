import path from 'node:path'
import type { Connection } from '../connection/connection.ts'
import { quote } from '../connection/shell.ts'

/** Seconds in which an event reaches the log: 0.1 s if the apiserver writes at once, more in batch mode. */
export const searchDeadline = 30

/** Bytes at a log's end that are searched: more than an apiserver logs while planewright waits. */
const searchedBytes = 16 * 1024 * 1024

/**
 * Waits until a log, or a file that it was just rotated to, has a line with both of these texts. Returns all
 * lines with the mark; none if they do not come in time.
 *
 * lumberjack rotates `audit.log` to `audit-2006-01-02T15-04-05.000.log`.
 *
 * @throws PlanewrightError `unreachable`.
 */
export async function searchLog(
  connection: Connection,
  logFile: string,
  mark: string,
  text: string,
): Promise<readonly string[]> {
  const { dir, name, ext } = path.posix.parse(logFile)
  const script = `
mark=${quote(mark)}
text=${quote(text)}
seconds() { read -r up _ </proc/uptime; now=\${up%.*}; }
seconds
end=$((now + ${searchDeadline}))
while [ "$now" -lt "$end" ]; do
  # Reads only the ends of the log and of its last rotation, as etcd needs the disk too. Removes the NUL bytes
  # that an external logrotate leaves (k/k#64760), as grep would take the log for a binary file.
  rotated=$(ls -t -- ${quote(`${dir}/${name}-`)}*${quote(ext)} 2>/dev/null | head -n 1)
  lines=$(for log in "$rotated" ${quote(logFile)}; do
    [ -z "$log" ] || tail -c ${searchedBytes} -- "$log" 2>/dev/null
  done | tr -d '\\000' | grep -F -- "$mark")
  case $lines in
    *"$text"*) printf '%s\\n' "$lines"; exit 0 ;;
  esac
  sleep 0.1
  seconds
done
`
  const result = await connection.run(script, { timeoutMs: (searchDeadline + 15) * 1000 })
  return result.stdout.toString('utf8').split('\n')
}
