import type { TestProject } from 'vitest/node'
import { ensureEngine } from '../lab/engine.ts'
import { ensureNodeImage } from '../lab/images/node.ts'
import { terminalProgress } from '../lab/progress.ts'
import { guardLabs } from '../lab/reaper.ts'
import { clusterLabs, ownNames } from '../support/labs.ts'
import { releases } from './releases.ts'

/** What is done to a lab of the old release; each file has one of its own. */
export const upgradeLabNames = ['kept', 'lost'] as const

declare module 'vitest' {
  interface ProvidedContext {
    /** What the names of the labs begin with. */
    upgradeLabs: string
  }
}

/**
 * The labs that are upgraded: each file makes its own, and all go when the run does. What they are made of is built
 * while quicker tests run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `test-${process.pid}`
  const guard = guardLabs(upgradeLabNames.map((name) => `${prefix}-${name}`))
  project.provide('upgradeLabs', prefix)
  project.provide('spentLabs', ownNames(clusterLabs))
  const progress = terminalProgress()
  await ensureEngine(progress)
  // One after the other, the newer one first: the other cluster tests wait for that. Whoever needs one tries once more, and
  // says why it cannot be had.
  const building = ensureNodeImage(releases.to, progress)
    .then(() => ensureNodeImage(releases.from, progress))
    .catch(() => undefined)
  return async () => {
    await building
    await guard.release()
  }
}
