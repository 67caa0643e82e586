import { randomUUID } from 'node:crypto'

import { guardContainers } from '../lab/reaper.ts'
import type { Guard } from '../lab/reaper.ts'

/** The variable in which vitest's workers find the id of their run. */
const RUN_VARIABLE = 'PLANEWRIGHT_SSHD_RUN'

/** Starts a run. All containers with its label are removed when this process ends, however it ends. */
export function guardRun(): Guard {
  const run = randomUUID()
  process.env[RUN_VARIABLE] = run
  return guardContainers(run)
}

/** Whether this process or its parent has started a run. */
export function isGuarded(): boolean {
  return process.env[RUN_VARIABLE] !== undefined
}

/** The label for containers of this process's run. It starts a run if there is none. */
export function runLabels(): Record<string, string> {
  if (process.env[RUN_VARIABLE] === undefined) guardRun()
  return { 'planewright.run': process.env[RUN_VARIABLE] ?? '' }
}
