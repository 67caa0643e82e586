import path from 'node:path'
import type { Connection } from '../connection/connection.ts'
import { quote } from '../connection/shell.ts'

/** Seconds within which an event is in the log: 0.1 s when the apiserver writes at once, more in batch mode. */
export const searchDeadline = 30

/**
 * Waits until a log, or a file that it was rotated to a moment ago, holds a line with both of these texts, and
 * gives all lines that hold the mark; none when they do not come in time.
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
looks=0
while [ "$looks" -lt ${searchDeadline * 10} ]; do
  lines=$(grep -hF -- "$mark" ${quote(logFile)} ${quote(`${dir}/${name}-`)}*${quote(ext)} 2>/dev/null)
  case $lines in
    *"$text"*) printf '%s\\n' "$lines"; exit 0 ;;
  esac
  looks=$((looks + 1))
  sleep 0.1
done
`
  const result = await connection.run(script, { timeoutMs: (searchDeadline + 15) * 1000 })
  return result.stdout.toString('utf8').split('\n')
}
