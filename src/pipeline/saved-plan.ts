import { readSavedPlan } from '../engine/saved-plan/read-saved-plan.ts'
import type { SavedPlan, SavedRequest } from '../engine/saved-plan/saved-plan.ts'
import { PlanewrightError } from '../error.ts'
import { resolveLocalPath } from '../inventory/local-path.ts'
import { readTextFile } from '../inventory/text-file.ts'
import type { PipelineOptions } from './options.ts'

/** The request that made a plan, as it is saved. */
export function requestOf({ inventory, hosts = [], limit = [] }: PipelineOptions): SavedRequest {
  const { sources, extraVariables } = inventory
  return {
    inventory: [...sources],
    hosts: [...hosts],
    limit: [...limit],
    extraVariables: [...extraVariables],
  }
}

/**
 * Reads a file that `plan --out` wrote, or that holds a {@link savedPlanText}.
 *
 * @throws PlanewrightError `usage` if the file cannot be read. `saved-plan` if it is not a plan, if another
 * version of planewright wrote it, or if it was edited or damaged.
 */
export async function loadSavedPlan(file: string): Promise<SavedPlan> {
  const path = resolveLocalPath(file, process.cwd())
  const text = await readTextFile(path, { kind: 'saved plan', code: 'saved-plan' })
  return readSavedPlan(text, file)
}

/**
 * The options of a run that performs a saved plan: its hosts are those that the plan names.
 *
 * @throws PlanewrightError `usage` if the options name hosts as well
 */
export function selectAsSaved<Options extends PipelineOptions>(options: Options, saved: SavedPlan): Options {
  const { hosts = [], limit = [] } = options
  if (hosts.length + limit.length > 0) {
    throw new PlanewrightError('usage', 'a saved plan says itself which hosts it is for', {
      why: `hosts were named as well: ${[...hosts, ...limit].join(' ')}`,
      remedy: 'Leave out -l, or save a plan for these hosts alone: planewright plan -l … --out FILE.',
    })
  }
  return { ...options, hosts: saved.asked.hosts, limit: saved.asked.limit }
}
