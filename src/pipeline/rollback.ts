import { pendingOutcomes, type Plan } from '../engine/plan/plan.ts'
import { recoverOpen } from '../engine/roll/recover-open.ts'
import { roll } from '../engine/roll/roll.ts'
import { planRollbacks } from '../engine/rollback/plan-rollback.ts'
import type { Session } from '../engine/session/session.ts'
import { surveyClusters } from '../engine/stored/survey-clusters.ts'
import { warnOfStored } from '../engine/stored/warn-of-stored.ts'
import { survey } from '../engine/survey/survey.ts'
import { PlanewrightError } from '../error.ts'
import { isTransactionId } from '../guard/transaction-id.ts'
import type { PipelineOptions, ProofOptions } from './options.ts'
import { noFindings, type RunResult } from './result.ts'
import { runPipeline } from './run-pipeline.ts'

export interface RollbackOptions extends PipelineOptions, ProofOptions {
  /** The ID of a transaction: its host goes back to before it. Before the last one of each host unless said. */
  readonly to?: string | undefined
}

function checkTransaction(id: string): void {
  if (isTransactionId(id)) return
  throw new PlanewrightError('usage', `${id} does not name a transaction`, {
    why: 'It has to be an ID, as history prints them: 20261123T190632417Z-1f0c93.',
    remedy: 'planewright history HOST has the IDs of each host.',
  })
}

/** A transaction is of one host: others would only be told that they have none of that name. */
function checkOneHost({ hosts }: Session): void {
  if (hosts.length === 1) return
  throw new PlanewrightError('usage', `--to names a transaction of one host, and ${hosts.length} are meant`, {
    why: hosts.map(({ host }) => host.name).join(' '),
    remedy: 'Roll them back one after the other; planewright history HOST has the IDs of each.',
  })
}

function takesAway({ clusters }: Plan): boolean {
  const changes = clusters.flatMap(({ hosts }) => hosts.flatMap((host) => host.changes))
  return changes.some(({ kind }) => kind === 'removal')
}

/**
 * Takes each host back to how it stood before its last transaction, or before another one.
 *
 * @throws PlanewrightError for what ends the run as a whole, mostly before any host is touched. What fails for one host
 * is never thrown: it is that host's outcome.
 */
export async function rollback(options: RollbackOptions): Promise<RunResult> {
  const { to, proof = 'proof' } = options
  if (to !== undefined) checkTransaction(to)
  return runPipeline('rollback', options, async (session, tell) => {
    if (to !== undefined) checkOneHost(session)
    const surveyed = await recoverOpen(session, await survey(session))
    const { plan, planAgain } = await planRollbacks(session, surveyed, to)
    // A rollback that takes nothing away needs no apiserver, which may be what is broken.
    const asked = takesAway(plan) ? await surveyClusters(session, plan) : []
    const hosts = warnOfStored(pendingOutcomes(plan), asked)
    tell({ type: 'plan-drawn', ...noFindings, hosts })
    const outcomes = await roll(session, plan, { proof, planAgain })
    return { ...noFindings, hosts: warnOfStored(outcomes, asked) }
  })
}
