import { PlanewrightError, type ErrorCode, toPlanewrightError } from '../error.ts'
import { transactionId } from '../host/transaction.ts'
import { transactionsFolder } from '../host/transaction-script.ts'
import { HostSteps, type RollingHost, type RollOptions, type Transaction } from './host-steps.ts'
import type { HostOutcome } from './outcome.ts'
import { mergeRestarts } from './restart-component.ts'

function begin(host: RollingHost): Transaction {
  const { changes } = host.plan
  const restart = mergeRestarts(changes.filter((change) => change.kind === 'restart'))
  if (restart !== undefined && !host.plan.kubelet) {
    throw new PlanewrightError(
      'host',
      `no kubelet runs on the host: nothing would restart ${restart.component}`,
      {
        remedy: 'Nothing was written. Start it (systemctl start kubelet), and run again.',
      },
    )
  }
  const written = changes.filter((change) => change.kind !== 'restart')
  return { id: transactionId(new Date()), written, restart, replaced: null }
}

/** The error that is reported after an undo: its own where that went well, else both. */
async function takeBack(steps: HostSteps, transaction: Transaction, error: PlanewrightError) {
  try {
    await steps.undo(transaction)
    return { error, undone: true }
  } catch (thrown) {
    const failed = toPlanewrightError(thrown)
    const why = [error.why, `undoing it failed too: ${failed.message}`, failed.why]
    const both = new PlanewrightError(error.code, `${error.message}, and the host is not back as it was`, {
      where: error.where,
      why: why.filter((line) => line !== undefined).join('\n'),
      remedy: failed.remedy ?? 'Look at the host now.',
      cause: error,
    })
    return { error: both, undone: false }
  }
}

function lost(error: PlanewrightError, open: Transaction | undefined): PlanewrightError {
  return new PlanewrightError('unreachable', error.message, {
    where: error.where,
    ...(error.why === undefined ? {} : { why: error.why }),
    remedy:
      open === undefined
        ? 'Run again: the host is surveyed anew.'
        : 'Where the change stood is unknown. Run again: the host is surveyed anew, and brought to its end. ' +
          `The old files are on it in ${transactionsFolder}/${open.id}/backup, their places in the file paths there.`,
    cause: error,
  })
}

/** The errors of a write that was refused as a whole: there is nothing to take back. */
const refusals: readonly ErrorCode[] = ['precondition', 'usage']

/** Rolls one host: its changes are proven or undone. Never throws: whatever happens is an outcome. */
export async function rollHost(host: RollingHost, options: RollOptions): Promise<HostOutcome> {
  const { plan } = host
  const base = { ...plan, proof: null, error: undefined, undone: false }
  const steps = new HostSteps(host, options)
  // What has to be taken back if something fails from here on.
  let open: Transaction | undefined
  try {
    const transaction = begin(host)
    await steps.prepare(transaction)
    if (transaction.written.length > 0) {
      open = transaction
      await steps.write(transaction)
    }
    if (transaction.restart !== undefined) await steps.restart(transaction, transaction.restart)
    const proof = await steps.prove()
    open = undefined
    if (plan.changes.length > 0) await steps.checkSettled()
    return { ...base, status: plan.changes.length > 0 ? 'changed' : 'ok', proof }
  } catch (thrown) {
    const error = toPlanewrightError(thrown).at({ host: plan.host })
    if (error.code === 'unreachable') return { ...base, status: 'unreachable', error: lost(error, open) }
    if (open === undefined || refusals.includes(error.code)) return { ...base, status: 'failed', error }
    return { ...base, status: 'failed', ...(await takeBack(steps, open, error)) }
  }
}
