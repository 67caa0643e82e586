import { drawPlan, pendingOutcomes } from '../engine/plan/plan.ts'
import { rollIndependently } from '../engine/plan/roll-independently.ts'
import { recoverOpen } from '../engine/roll/recover-open.ts'
import { roll } from '../engine/roll/roll.ts'
import { survey } from '../engine/survey/survey.ts'
import type { PipelineOptions } from './options.ts'
import { noFindings, type RunResult } from './result.ts'
import { runPipeline } from './run-pipeline.ts'

export type PrepareOptions = PipelineOptions

/**
 * Writes on each host what it needs before it joins as a control plane (`tasks: prepareTasks`), on all hosts
 * at the same time. No cluster depends on them yet, and there is no apiserver that could prove anything.
 *
 * @throws PlanewrightError for an error that ends the whole run, mostly before any host is changed. The
 * failure of one host is never thrown: it is that host's outcome.
 */
export async function prepare(options: PrepareOptions): Promise<RunResult> {
  return runPipeline('prepare', options, async (session, tell) => {
    const planned = drawPlan(await recoverOpen(session, await survey(session)))
    tell({ type: 'plan-drawn', ...noFindings, hosts: pendingOutcomes(planned) })
    return { ...noFindings, hosts: await roll(session, rollIndependently(planned), { proof: 'no-proof' }) }
  })
}

/**
 * Finds out what `prepare` would write, as `prepare --check` does. Writes nothing.
 *
 * @throws PlanewrightError as `prepare` does.
 */
export async function checkPrepare(options: PrepareOptions): Promise<RunResult> {
  return runPipeline('prepare', options, async (session, tell) => {
    const findings = { ...noFindings, hosts: pendingOutcomes(drawPlan(await survey(session))) }
    tell({ type: 'plan-drawn', ...findings })
    return findings
  })
}
