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
 * Puts on each host what it has to have before it joins as a control plane (`tasks: prepareTasks`), all hosts side by
 * side. No cluster misses one of them yet, and no apiserver could prove anything.
 *
 * @throws PlanewrightError for what ends the run as a whole, mostly before any host is touched. What fails for one host
 * is never thrown: it is that host's outcome.
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
