import { randomUUID } from 'node:crypto'

import { guardContainers } from '../lab/reaper.ts'
import type { Guard } from '../lab/reaper.ts'

/** Where the processes that vitest starts for the test files find the run they belong to. */
const RUN_VARIABLE = 'PLANEWRIGHT_SSHD_RUN'

/** Starts a run: all that carries its label goes when this process ends, however it ends. */
export function guardRun(): Guard {
  const run = randomUUID()
  process.env[RUN_VARIABLE] = run
  return guardContainers(run)
}

/** Whether this process or the one that started it has begun a run. */
export function isGuarded(): boolean {
  return process.env[RUN_VARIABLE] !== undefined
}

/** What marks the containers of the run that this process belongs to; the first to ask outside of one starts it. */
export function runLabels(): Record<string, string> {
  if (process.env[RUN_VARIABLE] === undefined) guardRun()
  return { 'planewright.run': process.env[RUN_VARIABLE] ?? '' }
}
