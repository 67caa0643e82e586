import type { TestProject } from 'vitest/node'
import { ensureEngine } from '../lab/engine.ts'
import { guardLabs } from '../lab/reaper.ts'
import { terminalProgress } from '../lab/progress.ts'
import { adoptedLabs, ownNames, type LabSet } from './labs.ts'
import { installPrograms } from './programs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The names of the labs. The lab of worker n is at index n - 1. */
    labs: readonly string[]
  }
}

/** The names of a project's labs by worker, and a function that removes those that are the run's own. */
export interface ProvidedLabs {
  readonly names: readonly string[]
  readonly release: () => Promise<void>
}

/**
 * Provides a name of a lab for each worker; a worker makes its lab if it does not exist. The labs are removed when the run
 * ends, also after Ctrl-C or SIGKILL. Labs that `PLANEWRIGHT_TEST_LAB` names, separated by commas, are used in their
 * place and stay.
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
