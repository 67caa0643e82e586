import { refuseUnlisted, warnOfFailedLookups } from '../engine/cluster/refuse-unlisted.ts'
import { explain } from '../engine/explain/explain.ts'
import { drawPlan, pendingOutcomes } from '../engine/plan/plan.ts'
import { recoverOpen } from '../engine/roll/recover-open.ts'
import { roll } from '../engine/roll/roll.ts'
import { askClustersAgain } from '../engine/stored/ask-clusters-again.ts'
import { completeClusters } from '../engine/stored/complete-clusters.ts'
import { planClusters } from '../engine/stored/plan-clusters.ts'
import { surveyClusters } from '../engine/stored/survey-clusters.ts'
import { survey } from '../engine/survey/survey.ts'
import { lookForUnlisted } from './look-for-unlisted.ts'
import type { PipelineOptions, ProofOptions } from './options.ts'
import { noFindings, type RunResult } from './result.ts'
import { runPipeline } from './run-pipeline.ts'

export interface ApplyOptions extends PipelineOptions, ProofOptions {
  /**
   * What becomes of a cluster that has control planes which the inventory lacks: it is told of (`warn`, unless said), or
   * none of its hosts is changed (`refuse`, as `--strict` does).
   */
  readonly unlistedControlPlanes?: 'warn' | 'refuse' | undefined
}

/**
 * Changes what differs, one control plane of a cluster at a time, and proves each or takes the change back. Before that
 * it brings to an end what another run left open.
 *
 * @example
 * ```ts
 * const inventory = await loadInventory({ sources: ['hosts.yaml'] })
 * const { hosts, exitCode } = await apply({ inventory, ...auditing })
 * for (const { host, status, error } of hosts) console.log(host, status, error?.message ?? '')
 * process.exitCode = exitCode // not 0 where a host failed
 * ```
 *
 * @throws PlanewrightError for what ends the run as a whole, mostly before any host is touched. What fails for one host
 * is never thrown: it is that host's outcome.
 */
export async function apply(options: ApplyOptions): Promise<RunResult> {
  return runPipeline('apply', options, async (session, tell) => {
    const planned = drawPlan(await recoverOpen(session, await survey(session)))
    const [asked, unlisted, causes] = await Promise.all([
      surveyClusters(session, planned),
      lookForUnlisted(session, planned),
      explain(session, planned),
    ])
    const clusters = planClusters(session, planned, asked)
    const found = { ...noFindings, causes, clusters, unlisted }
    tell({ type: 'plan-drawn', ...found, hosts: pendingOutcomes(planned) })
    const allowed = options.unlistedControlPlanes === 'refuse' ? refuseUnlisted(planned, unlisted) : planned
    const outcomes = await roll(session, allowed, { proof: options.proof ?? 'proof' })
    const known = await askClustersAgain(session, planned, clusters)
    return {
      ...found,
      hosts: warnOfFailedLookups(outcomes, unlisted),
      clusters: await completeClusters(session, known, outcomes),
    }
  })
}
