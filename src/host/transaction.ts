import { randomBytes } from 'node:crypto'
import { createTwoFilesPatch } from 'diff'
import type { Connection, RunResult } from '../connection/connection.ts'
import { PlanewrightError } from '../error.ts'
import { performScript, transactionsFolder, undoScript, type WrittenChange } from './transaction-script.ts'

/** Milliseconds for writing some small files and making them reach the disk, on a disk that may be busy. */
const writeTimeout = 120_000

/** The exit code of transaction.sh for a precondition that does not hold. */
const preconditionFailed = 10

/** A name for a transaction that sorts by time: `20261123T190632417Z-1f0c93`. */
export function transactionId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:.]/g, '')
  return `${stamp}-${randomBytes(3).toString('hex')}`
}

function words(result: RunResult): string {
  return result.stderr.toString('utf8').trim()
}

/**
 * Which change it was is told by what is there now: the script says only the first that does not fit, and its
 * stdout is what stands at that path.
 */
function preconditionError(result: RunResult, changes: readonly WrittenChange[]): PlanewrightError {
  const [index, state, content] = result.stdout.toString('latin1').trim().split(' ')
  const change = changes[Number(index)]
  const path = change?.path ?? ''
  const before = change?.kind === 'file' && !change.sensitive ? (change.before?.content ?? '') : undefined
  const now = Buffer.from(content ?? '', 'base64').toString('utf8')
  const why =
    state === 'changed' && before !== undefined
      ? createTwoFilesPatch(`${path} (as planned on)`, `${path} (now)`, before, now).trimEnd()
      : state === 'gone'
        ? 'it is no longer there'
        : 'something else stands there now'
  return new PlanewrightError('precondition', `${path} changed between the survey and the write`, {
    where: { path },
    why,
    remedy:
      'Nothing was written. See who else works on this host, then run again: the plan will be made anew.',
  })
}

/** A shell's `$(dirname …)` loses newlines at the end of a name: such a path is refused rather than mistaken. */
function checkPaths(changes: readonly WrittenChange[]): void {
  const path = changes.map((change) => change.path).find((candidate) => candidate.includes('\n'))
  if (path === undefined) return
  throw new PlanewrightError('usage', `a path must not hold a newline: ${JSON.stringify(path)}`, {
    remedy: 'Nothing was written. Correct the path where the task gives it.',
  })
}

/**
 * Performs the written changes of one host: all preconditions are checked before the first write, and every file
 * that is replaced is kept under `/var/lib/planewright/<id>/` first.
 *
 * @throws PlanewrightError `precondition` (nothing was written), `change` (undo it), `unreachable` (unknown).
 */
export async function performChanges(
  connection: Connection,
  id: string,
  changes: readonly WrittenChange[],
): Promise<void> {
  checkPaths(changes)
  const result = await connection.run(performScript(id, changes), { timeoutMs: writeTimeout })
  if (result.code === 0) return
  if (result.code === preconditionFailed) throw preconditionError(result, changes)
  throw new PlanewrightError('change', 'the changes could not be written', {
    why: words(result),
    remedy: 'Mend the cause on the host (disk full, read-only filesystem?) and run again.',
  })
}

/**
 * Puts every file back as it was, byte for byte, with mode and owner.
 *
 * @throws PlanewrightError `change` where that fails: then the backups are still in the transaction's folder.
 */
export async function undoChanges(
  connection: Connection,
  id: string,
  changes: readonly WrittenChange[],
): Promise<void> {
  const result = await connection.run(undoScript(id, changes), { timeoutMs: writeTimeout })
  if (result.code === 0) return
  throw new PlanewrightError('change', 'the old files could not be put back', {
    why: words(result),
    remedy: `They are kept on the host in ${transactionsFolder}/${id}/backup: put them back by hand.`,
  })
}
