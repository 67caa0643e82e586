import type { TestProject } from 'vitest/node'
import { ensureEngine } from '../lab/engine.ts'
import { up } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import { guardLabs } from '../lab/reaper.ts'
import { labNames, adoptedLabs } from './labs.ts'
import { installPrograms } from './programs.ts'
import { testLab } from './test-lab.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** By worker, from 1. */
    labs: readonly string[]
  }
}

/**
 * A lab for each worker, gone when the run is: by its own end, by Ctrl-C, by SIGKILL. The environment's
 * `PLANEWRIGHT_TEST_LAB` names some, with commas between, that are used instead and stay.
 *
 * The first one is built while quicker tests run; a worker makes its own where it does not stand.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const names = labNames()
  const [first = ''] = names
  const guard = adoptedLabs.length === 0 ? guardLabs(names) : undefined
  project.provide('labs', names)
  const progress = terminalProgress()
  await ensureEngine(progress)
  await installPrograms(progress)
  // Whoever needs it tries once more, and says why it cannot be had.
  const building = up({ ...testLab, name: first, progress }).catch(() => undefined)
  return async () => {
    await building
    await guard?.release()
  }
}
