import type { TestProject } from 'vitest/node'
import { type Lab, up } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import { guardLab } from '../lab/reaper.ts'
import { DEFAULT_CONTROL_PLANES, DEFAULT_KUBERNETES } from '../lab/up.ts'

declare module 'vitest' {
  interface ProvidedContext {
    lab: Lab
  }
}

/**
 * One lab for all files of a run, gone when the run is: by its own end, by Ctrl-C, by SIGKILL. The environment's
 * `PLANEWRIGHT_TEST_LAB` names one that is used instead (made where it does not stand) and stays.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const adopted = process.env.PLANEWRIGHT_TEST_LAB
  const name = adopted ?? `test-${process.pid}`
  const guard = adopted === undefined ? guardLab(name) : undefined
  const teardown = async (): Promise<void> => {
    await guard?.release()
  }
  try {
    const lab = await up({
      name,
      controlPlanes: DEFAULT_CONTROL_PLANES,
      kubernetes: DEFAULT_KUBERNETES,
      progress: terminalProgress(),
    })
    project.provide('lab', lab)
    return teardown
  } catch (error) {
    await teardown()
    throw error
  }
}
