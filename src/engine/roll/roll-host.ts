import { PlanewrightError, toPlanewrightError } from '../../error.ts'
import type { Transaction } from '../../guard/transaction.ts'
import { makeTransaction } from './make-transaction.ts'
import { checkUnedited } from './transaction-failure.ts'
import { HostSteps, type RollingHost, type RollOptions } from './host-steps.ts'
import { interrupted } from '../values/interrupted.ts'
import type { HostOutcome } from '../values/outcome.ts'
import { afterwards, guardContinues, lost, withReason, type Progress } from './progress.ts'
import { mergeRestarts } from './restart-component.ts'

function plannedRestart({ plan }: RollingHost) {
  const restart = mergeRestarts(plan.changes.filter((change) => change.kind === 'restart'))
  if (restart === undefined || plan.kubelet) return restart
  throw new PlanewrightError(
    'host',
    `no kubelet runs on the host: nothing would restart ${restart.component}`,
    {
      remedy: 'Nothing was written. Start the kubelet (systemctl start kubelet), then run planewright again.',
    },
  )
}

/**
 * Undoes a transaction, and returns the error to report: the given one if the undo worked, else both. If the
 * connection is lost meanwhile, planewright no longer sees the undo, but the guard goes on.
 */
async function takeBack(steps: HostSteps, transaction: Transaction, error: PlanewrightError) {
  try {
    return { error: withReason(error, await steps.undo(transaction, error)), undone: true }
  } catch (thrown) {
    const failed = toPlanewrightError(thrown)
    const isLost = failed.code === 'unreachable'
    const [outcome, found] = isLost
      ? ['and the connection was lost before planewright saw the undo succeed', 'then']
      : ['and the undo failed: the host is not in its old state', 'the undo']
    const both = error.but(`${error.message}, ${outcome}`, {
      why: [error.why, `${found}: ${failed.message}`, failed.why]
        .filter((line) => line !== undefined)
        .join('\n'),
      remedy: isLost
        ? guardContinues(transaction)
        : (failed.remedy ??
          `Restore the host by hand: its old files are in /var/lib/planewright/${transaction.id}/backup on it.`),
    })
    return { error: both, undone: false }
  }
}

/** Performs the changes and proves them. */
async function advance(host: RollingHost, steps: HostSteps, progress: Progress): Promise<void> {
  const restart = plannedRestart(host)
  await steps.prepare(restart)
  await host.gate()
  const transaction = makeTransaction(host.plan, restart, host.settings)
  if (transaction.changes.length === 0) {
    if (restart !== undefined) await steps.awaitRestart(restart)
    progress.proof = await steps.prove()
    return
  }
  // Nothing has changed until here, and the steps before may have taken a while.
  if (host.signal.aborted) throw interrupted()
  progress.open = transaction
  try {
    await steps.stage(transaction)
  } catch (thrown) {
    // A transaction that could not be staged has changed nothing. Only a lost host's state is unknown.
    if (toPlanewrightError(thrown).code !== 'unreachable') progress.open = undefined
    throw thrown
  }
  await steps.perform(transaction)
  progress.proof = await steps.prove()
  progress.confirmation = 'asked'
  const status = await steps.confirm(transaction)
  progress.confirmation = 'given'
  progress.open = undefined
  checkUnedited(status, transaction)
}

/** Rolls one host: its changes are proven or undone. Never throws: every error becomes an outcome. */
export async function rollHost(host: RollingHost, options: RollOptions): Promise<HostOutcome> {
  const { plan } = host
  const base = { ...plan, proof: null, error: undefined, undone: false }
  const steps = new HostSteps(host, options)
  const progress: Progress = { open: undefined, proof: null, confirmation: 'none' }
  try {
    await advance(host, steps, progress)
    if (plan.changes.length > 0) await steps.checkConverged()
    return { ...base, status: plan.changes.length > 0 ? 'changed' : 'ok', proof: progress.proof }
  } catch (thrown) {
    const error = toPlanewrightError(thrown).at({ host: plan.host })
    const { open, proof, confirmation } = progress
    if (error.code === 'interrupted') return { ...base, status: 'skipped', error }
    if (confirmation === 'given') {
      const status = error.code === 'unreachable' ? 'unreachable' : 'failed'
      return { ...base, status, proof, error: afterwards(error, progress) }
    }
    if (error.code === 'unreachable') {
      return { ...base, status: 'unreachable', proof, error: lost(error, progress) }
    }
    if (open === undefined) return { ...base, status: 'failed', error }
    return { ...base, status: 'failed', ...(await takeBack(steps, open, error)) }
  }
}
