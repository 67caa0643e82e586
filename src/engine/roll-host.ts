import { PlanewrightError, toPlanewrightError } from '../error.ts'
import type { Standing } from '../guard/standing.ts'
import { transactionsFolder, type Transaction } from '../guard/transaction.ts'
import { makeTransaction, told } from './guarded.ts'
import { HostSteps, type RollingHost, type RollOptions } from './host-steps.ts'
import type { HostOutcome } from './outcome.ts'
import type { Proof } from './prove.ts'
import { mergeRestarts } from './restart-component.ts'

function plannedRestart({ plan }: RollingHost) {
  const restart = mergeRestarts(plan.changes.filter((change) => change.kind === 'restart'))
  if (restart === undefined || plan.kubelet) return restart
  throw new PlanewrightError(
    'host',
    `no kubelet runs on the host: nothing would restart ${restart.component}`,
    {
      remedy: 'Nothing was written. Start it (systemctl start kubelet), and run again.',
    },
  )
}

/** What we saw may be what the guard did, or saw as well: then its reason says more. */
function withReason(error: PlanewrightError, standing: Standing): PlanewrightError {
  const { reason } = standing
  if (reason === undefined || error.why?.includes(reason) === true) return error
  const details = {
    where: error.where,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    cause: error,
  }
  const [ours = ''] = error.message.split('\n', 1)
  if (reason.startsWith(ours)) {
    // The same, perhaps with an exit code.
    const why = error.why === undefined ? {} : { why: error.why }
    return new PlanewrightError(error.code, reason + error.message.slice(ours.length), { ...details, ...why })
  }
  const why = [`the guard undid it: ${told(standing)}`, error.why]
    .filter((line) => line !== undefined)
    .join('\n')
  return new PlanewrightError(error.code, error.message, { ...details, why })
}

/** The error that is reported after an undo: its own where that went well, else both. */
async function takeBack(steps: HostSteps, transaction: Transaction, error: PlanewrightError) {
  try {
    return { error: withReason(error, await steps.undo(transaction, error)), undone: true }
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
  const held = open === undefined ? '' : `${transactionsFolder}/${open.id}`
  return new PlanewrightError('unreachable', error.message, {
    where: error.where,
    ...(error.why === undefined ? {} : { why: error.why }),
    remedy:
      open === undefined
        ? 'Run again: the host is surveyed anew.'
        : `The host goes on without us: its guard undoes what nobody confirms within ${open.settings.confirm_timeout} s ` +
          `(${held}). Run again: what is open is brought to its end first.`,
    cause: error,
  })
}

/** Performs the changes and proves them. `opened` hears of the transaction as soon as there may be one. */
async function advance(
  host: RollingHost,
  steps: HostSteps,
  opened: (transaction: Transaction | undefined) => void,
): Promise<Proof | null> {
  const restart = plannedRestart(host)
  await steps.prepare(restart)
  await host.gate()
  const transaction = makeTransaction(host.plan, restart, host.settings)
  if (transaction.changes.length === 0) {
    if (restart !== undefined) await steps.awaitRestart(restart)
    return steps.prove()
  }
  opened(transaction)
  try {
    await steps.stage(transaction)
  } catch (thrown) {
    // What could not be staged has changed nothing; only of a lost host nothing is known.
    if (toPlanewrightError(thrown).code !== 'unreachable') opened(undefined)
    throw thrown
  }
  await steps.perform(transaction)
  const proof = await steps.prove()
  await steps.confirm(transaction)
  opened(undefined)
  return proof
}

/** Rolls one host: its changes are proven or undone. Never throws: whatever happens is an outcome. */
export async function rollHost(host: RollingHost, options: RollOptions): Promise<HostOutcome> {
  const { plan } = host
  const base = { ...plan, proof: null, error: undefined, undone: false }
  const steps = new HostSteps(host, options)
  // What has to be taken back if something fails from here on.
  const held: { open: Transaction | undefined } = { open: undefined }
  try {
    const proof = await advance(host, steps, (transaction) => {
      held.open = transaction
    })
    if (plan.changes.length > 0) await steps.checkSettled()
    return { ...base, status: plan.changes.length > 0 ? 'changed' : 'ok', proof }
  } catch (thrown) {
    const error = toPlanewrightError(thrown).at({ host: plan.host })
    if (error.code === 'unreachable') return { ...base, status: 'unreachable', error: lost(error, held.open) }
    if (held.open === undefined) return { ...base, status: 'failed', error }
    return { ...base, status: 'failed', ...(await takeBack(steps, held.open, error)) }
  }
}
