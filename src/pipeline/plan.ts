import { explain } from '../engine/explain/explain.ts'
import { drawPlan, pendingOutcomes } from '../engine/plan/plan.ts'
import { forecastHosts } from '../engine/stored/forecast-hosts.ts'
import { planClusters } from '../engine/stored/plan-clusters.ts'
import { surveyClusters } from '../engine/stored/survey-clusters.ts'
import { survey } from '../engine/survey/survey.ts'
import { PlanewrightError } from '../error.ts'
import { parseRelease } from '../kubeadm/version.ts'
import { operator } from '../engine/roll/make-transaction.ts'
import { savePlan } from '../engine/saved-plan/save-plan.ts'
import type { SavedPlan } from '../engine/saved-plan/saved-plan.ts'
import type { PipelineOptions } from './options.ts'
import { noFindings, type RunResult } from './result.ts'
import { runPipeline } from './run-pipeline.ts'
import { requestOf } from './saved-plan.ts'

/** The result of a plan. */
export interface PlanResult extends RunResult {
  /**
   * Turns the plan into a value for a file: see {@link savedPlanText}. `apply` with this value performs this
   * plan or nothing.
   *
   * @throws PlanewrightError `saved-plan` for a plan that is not whole: a host failed or has an open
   * transaction, or a cluster could not be asked.
   */
  readonly save: () => Promise<SavedPlan>
}

export interface PlanOptions extends PipelineOptions {
  /**
   * A release of Kubernetes (`v1.37.2`): the plan then also says what `kubeadm upgrade` to it would lose and
   * gain.
   */
  readonly forVersion?: string | undefined
}

function checkVersion(version: string): void {
  if (parseRelease(version) !== undefined) return
  throw new PlanewrightError('usage', `${version} is not a Kubernetes release`, {
    why: 'The form is vMAJOR.MINOR.PATCH, for example v1.37.2.',
    remedy: 'Use a release such as v1.37.2.',
  })
}

/**
 * Finds out what `apply` would change, and why hosts differ. Writes nothing.
 *
 * @example
 * ```ts
 * const inventory = await loadInventory({ sources: ['hosts.yaml'] })
 * const { hosts, exitCode } = await plan({ inventory, ...auditing })
 * for (const { host, changes } of hosts) console.log(host, changes.map(({ path }) => path))
 * process.exitCode = exitCode // 2 if changes are pending
 * ```
 *
 * @throws PlanewrightError for an error that ends the whole run, mostly before any host is asked. The failure
 * of one host is never thrown: it is that host's outcome.
 */
export async function plan(options: PlanOptions): Promise<PlanResult> {
  const { forVersion } = options
  if (forVersion !== undefined) checkVersion(forVersion)
  return runPipeline('plan', options, async (session, tell) => {
    const surveyed = await survey(session)
    const planned = drawPlan(surveyed)
    const hosts = pendingOutcomes(planned)
    const [asked, causes] = await Promise.all([surveyClusters(session, planned), explain(session, planned)])
    const clusters = planClusters(session, planned, asked)
    const forecasts =
      forVersion === undefined ? noFindings.forecasts : forecastHosts(planned, asked, forVersion)
    const findings = { ...noFindings, hosts, causes, clusters, forecasts }
    tell({ type: 'plan-drawn', ...findings })
    const made = { asked: requestOf(options), by: operator(), at: new Date() }
    const save = () => savePlan({ session, survey: surveyed, plan: planned, clusters, ...made })
    return { ...findings, save }
  })
}
