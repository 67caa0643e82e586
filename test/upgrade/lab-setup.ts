import type { TestProject } from 'vitest/node'
import { ensureEngine } from '../lab/engine.ts'
import { ensureNodeImage } from '../lab/images/node.ts'
import { terminalProgress } from '../lab/progress.ts'
import { guardLabs } from '../lab/reaper.ts'
import { clusterLabs, nodeLabs, ownNames } from '../support/labs.ts'
import { releases } from './releases.ts'

/** The labs that are upgraded, one for each test file. */
export const upgradeLabNames = ['kept', 'lost'] as const

declare module 'vitest' {
  interface ProvidedContext {
    /** The beginning of the labs' names. */
    upgradeLabs: string
  }
}

/**
 * Builds the images of the labs that are upgraded while quicker tests run. Each file makes its own lab, and all are removed
 * when the run ends.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const prefix = `test-${process.pid}`
  const guard = guardLabs(upgradeLabNames.map((name) => `${prefix}-${name}`))
  project.provide('upgradeLabs', prefix)
  project.provide('spentLabs', [...ownNames(clusterLabs), ...ownNames(nodeLabs)])
  const progress = terminalProgress()
  await ensureEngine(progress)
  // The newer image comes first, because the other cluster tests wait for it. An error is ignored here: the first test file
  // that needs the image tries again, and reports the error.
  const building = ensureNodeImage(releases.to, progress)
    .then(() => ensureNodeImage(releases.from, progress))
    .catch(() => undefined)
  return async () => {
    await building
    await guard.release()
  }
}
