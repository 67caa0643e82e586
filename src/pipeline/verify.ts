import { warnOfFailedLookups } from '../engine/cluster/refuse-unlisted.ts'
import { explain } from '../engine/explain/explain.ts'
import { drawPlan, pendingOutcomes } from '../engine/plan/plan.ts'
import { proveHosts } from '../engine/roll/prove-hosts.ts'
import { planClusters } from '../engine/stored/plan-clusters.ts'
import { surveyClusters } from '../engine/stored/survey-clusters.ts'
import { survey } from '../engine/survey/survey.ts'
import { lookForUnlisted } from './look-for-unlisted.ts'
import type { PipelineOptions } from './options.ts'
import { noFindings, type RunResult } from './result.ts'
import { runPipeline } from './run-pipeline.ts'

export type VerifyOptions = PipelineOptions

/**
 * Proves each host that does not differ, says what differs on the others and why, and looks for control
 * planes that the inventory lacks. Writes nothing.
 *
 * @example
 * ```ts
 * const inventory = await loadInventory({ sources: ['hosts.yaml'] })
 * const { hosts, exitCode } = await verify({ inventory, ...auditing })
 * for (const { host, proof } of hosts) console.log(host, proof?.auditID ?? 'not proven')
 * process.exitCode = exitCode
 * ```
 *
 * @throws PlanewrightError for an error that ends the whole run, mostly before any host is asked. The failure
 * of one host is never thrown: it is that host's outcome.
 */
export async function verify(options: VerifyOptions): Promise<RunResult> {
  return runPipeline('verify', options, async (session, tell) => {
    const planned = drawPlan(await survey(session))
    const [asked, causes] = await Promise.all([surveyClusters(session, planned), explain(session, planned)])
    const found = { ...noFindings, causes, clusters: planClusters(session, planned, asked) }
    tell({ type: 'plan-drawn', ...found, hosts: pendingOutcomes(planned) })
    const [outcomes, unlisted] = await Promise.all([
      proveHosts(session, planned, { proof: 'proof' }),
      lookForUnlisted(session, planned),
    ])
    return { ...found, hosts: warnOfFailedLookups(outcomes, unlisted), unlisted }
  })
}
