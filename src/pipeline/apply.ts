import { refuseUnlisted, warnOfFailedLookups } from '../engine/cluster/refuse-unlisted.ts'
import { explain } from '../engine/explain/explain.ts'
import { drawPlan, pendingOutcomes } from '../engine/plan/plan.ts'
import { roll } from '../engine/roll/roll.ts'
import { askClustersAgain } from '../engine/stored/ask-clusters-again.ts'
import { completeClusters } from '../engine/stored/complete-clusters.ts'
import { planClusters } from '../engine/stored/plan-clusters.ts'
import { surveyClusters } from '../engine/stored/survey-clusters.ts'
import type { SavedPlan } from '../engine/saved-plan/saved-plan.ts'
import { everythingDue, onlySaved } from './agreement.ts'
import { lookForUnlisted } from './look-for-unlisted.ts'
import type { PipelineOptions, ProofOptions } from './options.ts'
import { noFindings, type RunResult } from './result.ts'
import { runPipeline } from './run-pipeline.ts'
import { selectAsSaved } from './saved-plan.ts'

export interface ApplyOptions extends PipelineOptions, ProofOptions {
  /**
   * What to do about a cluster whose control planes are not all in the inventory: `warn`, which is the
   * default, or change none of its hosts (`refuse`, as `--strict` does).
   */
  readonly unlistedControlPlanes?: 'warn' | 'refuse' | undefined
  /**
   * A plan that somebody has agreed to: see {@link loadSavedPlan}. It is performed as a whole. If a host, the
   * inventory or a variable has changed since, no host is changed, and each host's outcome says what changed.
   * The plan names its hosts, so leave `hosts` and `limit` out.
   */
  readonly saved?: SavedPlan | undefined
}

/**
 * Changes what differs, one control plane of a cluster at a time. Each change is proven or undone. Before
 * that, it ends the transactions that other runs left open.
 *
 * @example
 * ```ts
 * const inventory = await loadInventory({ sources: ['hosts.yaml'] })
 * const { hosts, exitCode } = await apply({ inventory, ...auditing })
 * for (const { host, status, error } of hosts) console.log(host, status, error?.message ?? '')
 * process.exitCode = exitCode // not 0 if a host failed
 * ```
 *
 * @throws PlanewrightError for an error that ends the whole run, mostly before any host is changed. The
 * failure of one host is never thrown: it is that host's outcome.
 */
export async function apply(options: ApplyOptions): Promise<RunResult> {
  const { inventory, saved } = options
  const selected = saved === undefined ? options : selectAsSaved(options, saved)
  const agreement = saved === undefined ? everythingDue : onlySaved(saved, inventory)
  return runPipeline('apply', selected, async (session, tell) => {
    const surveyed = await agreement.survey(session)
    const planned = drawPlan(surveyed)
    const [asked, unlisted, causes] = await Promise.all([
      surveyClusters(session, planned),
      lookForUnlisted(session, planned),
      explain(session, planned),
    ])
    const due = { survey: surveyed, plan: planned, clusters: planClusters(session, planned, asked) }
    const { plan, clusters } = await agreement.keepTo(session, due)
    const found = { ...noFindings, causes, clusters, unlisted }
    tell({ type: 'plan-drawn', ...found, hosts: pendingOutcomes(plan) })
    const allowed = options.unlistedControlPlanes === 'refuse' ? refuseUnlisted(plan, unlisted) : plan
    const outcomes = await roll(session, allowed, { proof: options.proof ?? 'proof' })
    const known = await askClustersAgain(session, planned, clusters)
    return {
      ...found,
      hosts: warnOfFailedLookups(outcomes, unlisted),
      clusters: await completeClusters(session, known, outcomes),
    }
  })
}
