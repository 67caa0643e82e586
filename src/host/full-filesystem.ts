import type { Connection } from '../connection/connection.ts'
import { quote } from '../connection/shell.ts'

/** Milliseconds: df asks the kernel, and a network filesystem may keep it waiting. */
const timeoutMs = 10_000

/**
 * The line that df prints for a folder's filesystem if it has no room left; undefined if it has room, or if
 * df does not answer.
 *
 * @throws PlanewrightError `unreachable`.
 */
export async function fullFilesystem(connection: Connection, folder: string): Promise<string | undefined> {
  const script = `
df -P -- ${quote(folder)} 2>/dev/null | {
  read -r _ && read -r name blocks used free rest && [ "$free" = 0 ] &&
    printf '%s\\n' "$name $blocks $used $free $rest"
}`
  const { stdout } = await connection.run(script, { timeoutMs })
  const line = stdout.toString('utf8').trim()
  return line === '' ? undefined : line
}
