import type { Connection, RunResult } from '../connection/connection.ts'
import { PlanewrightError } from '../error.ts'
import { precondition } from './precondition.ts'
import { cancelScript, confirmScript, followScript, recoverScript } from './scripts.ts'
import { stageTransactionScript } from './stage-script.ts'
import {
  isFinal,
  readTransactionStatus,
  type TransactionStatus,
  type TransactionState,
} from './transaction-status.ts'
import { oneLine, transactionsFolder, type Transaction } from './transaction.ts'

/** Milliseconds for writing some small files and making them reach the disk, on a disk that may be busy. */
const writeTimeout = 120_000

/** Tenths of a second that one question for news waits on the host: a shell that is asked no more ends soon after. */
const patience = 20

/** Milliseconds in which a guard that was killed is back by itself: systemd starts it again after one second. */
const comeback = 3_000

/** Milliseconds in which it is back after that, as it was started again by us. */
const guardTimeout = 15_000

/** Milliseconds in which a shell whose connection is gone has noticed, and a guard that was told to undo has begun. */
const sessionTimeout = 6_000

/** The exit codes of stage.sh. */
const exits = { precondition: 10, held: 11 } as const

function words(result: RunResult): string {
  return result.stderr.toString('utf8').trim()
}

/** What the host keeps as a line cannot hold a newline: it is refused rather than mistaken. */
function checkLines({ changes, restart }: Transaction): void {
  const flags = Object.entries(restart?.flags ?? {}).map(([flag, value]) => `--${flag}=${value}`)
  const kept: readonly (readonly [what: string, text: string])[] = [
    ...changes.map(({ path }) => ['a path', path] as const),
    ...flags.map((flag) => ['a flag', flag] as const),
    ['the name of a program', restart?.component ?? ''],
  ]
  const broken = kept.find(([, text]) => text.includes('\n'))
  if (broken === undefined) return
  const [what, text] = broken
  throw new PlanewrightError('usage', `${what} must not hold a newline: ${JSON.stringify(text)}`, {
    remedy: 'Nothing was written. Correct it where the task gives it.',
  })
}

/** That a host is held by a transaction of somebody else. */
export function heldError(status: TransactionStatus): PlanewrightError {
  const { who, from, since, what } = status.origin
  return new PlanewrightError('precondition', 'another transaction is open on this host', {
    where: { path: `${transactionsFolder}/${status.id}` },
    why: `${who}${from === '' ? '' : ` (from ${from})`} holds it since ${since}: ${what}; it is ${status.state}`,
    remedy: 'Nothing was written. Wait for it to end, and run again: it ends by itself, confirmed or undone.',
  })
}

function stageError(result: RunResult, transaction: Transaction): PlanewrightError {
  if (result.code === exits.precondition) return precondition(result.stdout, transaction.changes)
  const status = result.code === exits.held ? readTransactionStatus(result.stdout) : undefined
  if (status !== undefined) return heldError(status)
  return new PlanewrightError('change', 'the changes could not be staged on the host', {
    why: words(result),
    remedy:
      'Nothing was changed. Mend the cause on the host (disk full, read-only filesystem?) and run again.',
  })
}

/**
 * Stages a transaction on its host and starts its guard, which goes on by itself from here: it performs the changes,
 * and undoes them unless they are confirmed in time.
 *
 * @throws PlanewrightError `precondition` or `change` (nothing was changed), `usage`, `unreachable` (unknown).
 */
export async function stage(connection: Connection, transaction: Transaction): Promise<void> {
  checkLines(transaction)
  const result = await connection.run(stageTransactionScript(transaction), { timeoutMs: writeTimeout })
  if (result.code !== 0) throw stageError(result, transaction)
}

async function look(connection: Connection, id: string, seen: string): Promise<TransactionStatus> {
  const result = await connection.run(followScript(id, seen, patience), { timeoutMs: 60_000 })
  const status = result.code === 0 ? readTransactionStatus(result.stdout) : undefined
  if (status !== undefined) return status
  throw new PlanewrightError('change', 'the transaction cannot be followed', {
    where: { path: `${transactionsFolder}/${id}` },
    why: words(result),
    remedy: 'Look at the host: journalctl -u planewright-guard.',
  })
}

function guardGone(status: TransactionStatus): PlanewrightError {
  return new PlanewrightError('change', 'the guard of the transaction is gone', {
    where: { path: `${transactionsFolder}/${status.id}` },
    why: `it was ${status.state}, and nothing started the guard again`,
    remedy: 'Run again: the open transaction is undone first.',
  })
}

/** Follows a transaction: each state as it is reached, the last one a final one or `until`. */
export async function* follow(
  connection: Connection,
  id: string,
  until: TransactionState,
): AsyncGenerator<TransactionStatus, void> {
  let seen = ''
  let guarded = performance.now()
  let revived = false
  for (;;) {
    const status = await look(connection, id, seen)
    if (status.guard) guarded = performance.now()
    const gone = performance.now() - guarded
    if (gone > comeback && !revived) {
      // Where there is no systemd nobody else would: it must not be left between the old and the new.
      await recoverOnce(connection)
      revived = true
    }
    const isGone = gone > guardTimeout
    if (isFinal(status.state)) {
      // The guard still tidies up: until then the host is held, and a next run would be refused.
      if (status.open && !isGone) continue
    } else {
      if (isGone) throw guardGone(status)
      if (status.state === seen) continue
    }
    seen = status.state
    yield status
    if (seen === until || isFinal(status.state)) return
  }
}

/** The last state of a transaction that was followed to its end. */
async function end(connection: Connection, id: string): Promise<TransactionStatus> {
  let last: TransactionStatus | undefined
  for await (const status of follow(connection, id, 'confirmed')) last = status
  if (last === undefined) throw new PlanewrightError('internal', 'a transaction without a state')
  return last
}

async function tell(connection: Connection, id: string, script: string, what: 'confirm' | 'cancel') {
  const result = await connection.run(script, { timeoutMs: writeTimeout })
  if (result.code === 0) return
  throw new PlanewrightError('change', `the guard cannot be told to ${what} the transaction`, {
    where: { path: `${transactionsFolder}/${id}` },
    why: words(result),
    remedy: 'It undoes the transaction when nobody confirms it in time.',
  })
}

/** Confirms a transaction that serves: from here on it stands. The guard may have undone it just before. */
export async function confirm(connection: Connection, id: string): Promise<TransactionStatus> {
  await tell(connection, id, confirmScript(id), 'confirm')
  return end(connection, id)
}

/** Has a transaction that serves undone, and waits for that. `why` is kept as one line. */
export async function cancel(connection: Connection, id: string, why: string): Promise<TransactionStatus> {
  await tell(connection, id, cancelScript(id, oneLine(why)), 'cancel')
  return end(connection, id)
}

/** The open transaction of a host, after a step towards its end; undefined where none is open. */
async function recoverOnce(connection: Connection): Promise<TransactionStatus | undefined> {
  const result = await connection.run(recoverScript(), { timeoutMs: writeTimeout })
  if (result.code === 0) return readTransactionStatus(result.stdout)
  throw new PlanewrightError('change', 'the open transaction of this host cannot be recovered', {
    where: { path: transactionsFolder },
    why: words(result),
    remedy: 'Look at the host: journalctl -u planewright-guard.',
  })
}

const onItsWay: readonly TransactionState[] = ['staged', 'writing', 'stopping', 'starting', 'serving']

/**
 * Brings the open transaction of a host to its end: one whose guard is gone is undone, and so is one that waits for a
 * confirmation that nobody can give any more. Gives how it ended; undefined where none was open.
 *
 * @throws PlanewrightError `precondition` where whoever staged it is still at work, `change`, `unreachable`.
 */
export async function recover(connection: Connection): Promise<TransactionStatus | undefined> {
  const start = performance.now()
  let guarded = start
  let last: TransactionStatus | undefined
  for (;;) {
    const status = await recoverOnce(connection)
    if (status === undefined) return last === undefined ? undefined : look(connection, last.id, last.state)
    last = status
    const now = performance.now()
    if (status.guard) guarded = now
    else if (now - guarded > guardTimeout) throw guardGone(status)
    const isHeld = status.stagingShell === true && status.guard && onItsWay.includes(status.state)
    // A shell notices within a moment that its connection is gone.
    if (isHeld && now - start > sessionTimeout) throw heldError(status)
    await look(connection, status.id, status.state)
  }
}
