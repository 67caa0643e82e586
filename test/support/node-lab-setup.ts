import type { TestProject } from 'vitest/node'
import { ensureNodeImage } from '../lab/images/node.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_KUBERNETES } from '../lab/up.ts'
import { clusterLabs, nodeLabs, ownNames } from './labs.ts'
import { provideLabs } from './provide-labs.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The run's own labs of the projects that ran before: nobody needs them any more, and they take processor time. */
    spentLabs: readonly string[]
  }
}

/** The labs of `node`. What they are made of is built while quicker tests run; they themselves stand in seconds. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { release } = await provideLabs(project, nodeLabs)
  project.provide('spentLabs', ownNames(clusterLabs))
  // Whoever needs it tries once more, and says why it cannot be had.
  const building = ensureNodeImage(DEFAULT_KUBERNETES, terminalProgress()).catch(() => undefined)
  return async () => {
    await building
    await release()
  }
}
