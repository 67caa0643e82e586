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

/** Milliseconds for writing some small files and syncing them to a disk that may be busy. */
const writeTimeout = 120_000

/**
 * Tenths of a second that one question waits on the host for news. It is short, so that the host's shell soon
 * ends when nobody asks any more.
 */
const patience = 20

/** Milliseconds in which a killed guard comes back without our help: systemd restarts it after one second. */
const comeback = 3_000

/** Milliseconds without a guard after which it counts as gone, although planewright started it again. */
const guardTimeout = 15_000

/**
 * Milliseconds in which a shell notices that its connection is gone, and in which a guard that was told to
 * undo has begun.
 */
const sessionTimeout = 6_000

/** The exit codes of stage.sh. */
const exits = { precondition: 10, held: 11 } as const

function words(result: RunResult): string {
  return result.stderr.toString('utf8').trim()
}

/** The host keeps these values as lines, and a line cannot hold a newline. */
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

/** The error for a host with another open transaction. */
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
      'Nothing was changed. Repair the cause on the host (disk full, read-only filesystem?) and run again.',
  })
}

/**
 * Stages a transaction on its host and starts its guard. From here the guard works alone: it performs the
 * changes, and undoes them unless somebody confirms them in time.
 *
 * @throws PlanewrightError `precondition` or `change` (nothing was changed), `usage`, `unreachable`
 * (unknown).
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

/** Follows a transaction and yields each state that it reaches. The last one is final, or `until`. */
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
      // Without systemd nobody else starts the guard again, and the host would stay between the old and the
      // new state.
      await recoverOnce(connection)
      revived = true
    }
    const isGone = gone > guardTimeout
    if (isFinal(status.state)) {
      // The guard still cleans up. Until it is done it holds the host, and a next run would be refused.
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

/** Follows a transaction to its end, and returns its last state. */
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

/** Confirms a transaction that serves, and returns how it ended: the guard may have undone it just before. */
export async function confirm(connection: Connection, id: string): Promise<TransactionStatus> {
  await tell(connection, id, confirmScript(id), 'confirm')
  return end(connection, id)
}

/** Makes the guard undo a transaction that serves, and waits for it. `why` is kept as one line. */
export async function cancel(connection: Connection, id: string, why: string): Promise<TransactionStatus> {
  await tell(connection, id, cancelScript(id, oneLine(why)), 'cancel')
  return end(connection, id)
}

/** Brings a host's open transaction one step closer to its end, and returns it; undefined if none is open. */
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
 * Brings a host's open transaction to its end. A transaction whose guard is gone is undone. So is one that
 * waits for a confirmation that nobody can give any more. Returns how it ended; undefined if none was open.
 *
 * @throws PlanewrightError `precondition` if the run that staged it is still at work, `change`,
 * `unreachable`.
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
    // A shell notices after a moment that its connection is gone.
    if (isHeld && now - start > sessionTimeout) throw heldError(status)
    await look(connection, status.id, status.state)
  }
}
