import type { TestProject } from 'vitest/node'
import { ensureNodeImage } from '../lab/images/node.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_KUBERNETES } from '../lab/up.ts'
import { clusterLabs, nodeLabs, ownNames } from './labs.ts'
import { provideLabs } from './provide-labs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's own labs from earlier projects. Tests no longer need them, and they take processor time. */
    spentLabs: readonly string[]
  }
}

/** Provides the labs of `node`. Their image is built while quicker tests run; the labs themselves start in seconds. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { release } = await provideLabs(project, nodeLabs)
  project.provide('spentLabs', ownNames(clusterLabs))
  // An error is ignored here: the first test file that needs the image tries again, and reports the error.
  const building = ensureNodeImage(DEFAULT_KUBERNETES, terminalProgress()).catch(() => undefined)
  return async () => {
    await building
    await release()
  }
}
