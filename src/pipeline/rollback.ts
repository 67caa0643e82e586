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
  /**
   * The ID of a transaction: its host goes back to the state before it. The default is each host's last
   * transaction.
   */
  readonly to?: string | undefined
}

function checkTransaction(id: string): void {
  if (isTransactionId(id)) return
  throw new PlanewrightError('usage', `${id} is not the ID of a transaction`, {
    why: 'It has to be an ID as history prints it, for example 20261123T190632417Z-1f0c93.',
    remedy: 'Find the ID: planewright history HOST',
  })
}

/** A transaction belongs to one host: other hosts would only fail, as they have none of that name. */
function checkOneHost({ hosts }: Session): void {
  if (hosts.length === 1) return
  throw new PlanewrightError(
    'usage',
    `--to is for a transaction of one host, but ${hosts.length} hosts are selected`,
    {
      why: hosts.map(({ host }) => host.name).join(' '),
      remedy: 'Roll back one host at a time. Find its IDs: planewright history HOST',
    },
  )
}

function takesAway({ clusters }: Plan): boolean {
  const changes = clusters.flatMap(({ hosts }) => hosts.flatMap((host) => host.changes))
  return changes.some(({ kind }) => kind === 'removal')
}

/**
 * Rolls each host back to its state before its last transaction, or before another one.
 *
 * @throws PlanewrightError for an error that ends the whole run, mostly before any host is changed. The
 * failure of one host is never thrown: it is that host's outcome.
 */
export async function rollback(options: RollbackOptions): Promise<RunResult> {
  const { to, proof = 'proof' } = options
  if (to !== undefined) checkTransaction(to)
  return runPipeline('rollback', options, async (session, tell) => {
    if (to !== undefined) checkOneHost(session)
    const surveyed = await recoverOpen(session, await survey(session))
    const { plan, planAgain } = await planRollbacks(session, surveyed, to)
    // A rollback that removes nothing needs no apiserver, and the apiserver may be what is broken.
    const asked = takesAway(plan) ? await surveyClusters(session, plan) : []
    const hosts = warnOfStored(pendingOutcomes(plan), asked)
    tell({ type: 'plan-drawn', ...noFindings, hosts })
    const outcomes = await roll(session, plan, { proof, planAgain })
    return { ...noFindings, hosts: warnOfStored(outcomes, asked) }
  })
}
