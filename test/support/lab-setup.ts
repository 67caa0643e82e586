import type { TestProject } from 'vitest/node'
import { up } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_KUBERNETES } from '../lab/up.ts'
import { clusterLabs, smokeLabs } from './labs.ts'
import { provideLabs } from './provide-labs.ts'

/** Provides the labs of `smoke` and `cluster`. The first one is made while quicker tests run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { names, release } = await provideLabs(project, project.name === 'smoke' ? smokeLabs : clusterLabs)
  const [first = ''] = names
  const { controlPlanes } = clusterLabs
  const options = { controlPlanes, kubernetes: DEFAULT_KUBERNETES, progress: terminalProgress() }
  // An error is ignored here: the first test file that needs the lab tries again, and reports the error.
  const building = up({ ...options, name: first }).catch(() => undefined)
  return async () => {
    await building
    await release()
  }
}
