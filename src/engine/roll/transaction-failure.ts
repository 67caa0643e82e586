import { PlanewrightError } from '../../error.ts'
import { foreignPatch } from '../../guard/precondition.ts'
import type { TransactionStatus, TransactionState } from '../../guard/transaction-status.ts'
import { transactionsFolder, type Transaction } from '../../guard/transaction.ts'
import { lastWords } from '../../host/last-words.ts'

/** The guard's reason, and the program's last words. */
export function told({ reason, words }: TransactionStatus): string {
  const lines = words === undefined ? [] : [`its last words:\n${lastWords(words)}`]
  return [...(reason === undefined ? [] : [reason.words]), ...lines].join('; ')
}

/**
 * Why a transaction failed, in the words of its guard, of the kubelet or of the program.
 *
 * @param reached how far it had come
 */
export function transactionFailure(
  status: TransactionStatus,
  transaction: Transaction,
  reached: TransactionState | undefined,
): PlanewrightError {
  const { foreign, words } = status
  const reason = status.reason?.words ?? 'the guard gave no reason'
  const reasonCode = status.reason?.code
  const where = { path: `${transactionsFolder}/${status.id}` }
  if (foreign !== undefined) {
    const path = transaction.changes[foreign.change]?.path ?? ''
    const patch = foreignPatch(foreign, transaction.changes)
    return new PlanewrightError('precondition', `${path} was edited by somebody else`, {
      where: { path },
      reasonCode,
      why: patch ?? reason,
      remedy:
        'Their version stays. See who else works on this host, then run again: the plan will be made anew.',
    })
  }
  if (reached === 'writing' || reached === 'staged') {
    return new PlanewrightError('change', 'the changes could not be written', {
      where,
      reasonCode,
      why: told(status),
      remedy: 'Repair the cause on the host (disk full, read-only filesystem?) and run again.',
    })
  }
  if (reasonCode === 'unconfirmed') {
    return new PlanewrightError('restart', reason, {
      where,
      reasonCode,
      why: 'it listened, and was taken back before it was seen to be ready and proven',
      remedy: 'The host or the way to it was slow: give it more time (confirm_timeout), and apply again.',
    })
  }
  return new PlanewrightError('restart', reason, {
    ...(transaction.restart === undefined ? { where } : {}),
    reasonCode,
    why: words === undefined ? 'it left no log' : `its last words:\n${lastWords(words)}`,
    remedy: 'Correct what it complains about, and apply again.',
  })
}

/**
 * Checks that the files that stand are the ones that were proven.
 *
 * @throws PlanewrightError `precondition` with both versions if somebody else wrote over a file meanwhile:
 * their version stays, and no proof covers it.
 */
export function checkUnedited({ foreign }: TransactionStatus, { changes }: Transaction): void {
  if (foreign === undefined) return
  const path = changes[foreign.change]?.path ?? ''
  throw new PlanewrightError(
    'precondition',
    `${path} was edited by somebody else while it was being proven`,
    {
      where: { path },
      why: foreignPatch(foreign, changes) ?? 'something else stands there now',
      remedy:
        'Their version stays, and is not what was proven. See who else works on this host, then run again.',
    },
  )
}

/** The error for a host whose old state did not come back. */
export function undoFailure(status: TransactionStatus): PlanewrightError {
  const folder = `${transactionsFolder}/${status.id}`
  if (status.state === 'abandoned') {
    return new PlanewrightError(
      'precondition',
      'somebody else edits the manifest: nothing more was touched',
      {
        where: { path: folder },
        reasonCode: status.reason?.code,
        why: told(status),
        remedy: `Look at the host now. What stood there before is kept in ${folder}/backup.`,
      },
    )
  }
  return new PlanewrightError('change', status.failure?.words ?? 'it could not be undone', {
    where: { path: folder },
    reasonCode: status.failure?.code,
    why: told(status),
    remedy: `Look at the host now: journalctl -u kubelet, crictl ps -a. The old files are kept in ${folder}/backup.`,
  })
}
