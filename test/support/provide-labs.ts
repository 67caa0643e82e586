import type { TestProject } from 'vitest/node'
import { ensureEngine } from '../lab/engine.ts'
import { guardLabs } from '../lab/reaper.ts'
import { terminalProgress } from '../lab/progress.ts'
import { adoptedLabs, ownNames, type LabSet } from './labs.ts'
import { installPrograms } from './programs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** By worker, from 1. */
    labs: readonly string[]
  }
}

/** The labs of a project that a run has, by worker, and what takes away those that are its own. */
export interface ProvidedLabs {
  readonly names: readonly string[]
  readonly release: () => Promise<void>
}

/**
 * A lab for each worker, gone when the run is: by its own end, by Ctrl-C, by SIGKILL. The environment's
 * `PLANEWRIGHT_TEST_LAB` names some, with commas between, that are used instead and stay. A worker makes its own where
 * it does not stand.
 */
export async function provideLabs(project: TestProject, set: LabSet): Promise<ProvidedLabs> {
  const own = ownNames(set)
  const names = own.length > 0 ? own : adoptedLabs
  const guard = own.length > 0 ? guardLabs(own) : undefined
  project.provide('labs', names)
  const progress = terminalProgress()
  await ensureEngine(progress)
  await installPrograms(progress)
  return { names, release: async () => guard?.release() }
}
