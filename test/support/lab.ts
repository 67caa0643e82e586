import { afterAll, beforeAll, inject } from 'vitest'
import { withLabLock } from '../lab/lab-lock.ts'
import { down, restore, up, type Lab, type LabHost } from '../lab/lab.ts'
import { withLock } from '../lab/lock.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_KUBERNETES } from '../lab/up.ts'
import { adoptedLabs, clusterLabs, nodeLabs } from './labs.ts'
import type {} from './node-lab-setup.ts'
import type {} from './provide-labs.ts'

/**
 * Returns this worker's own lab of three control planes. Before the first test of the file, every node is restored to
 * what kubeadm left.
 */
export function useLab(): Promise<Lab> {
  return begin(labOfWorker(), clusterLabs.controlPlanes)
}

/**
 * Returns this worker's own lab of one control plane, restored as {@link useLab} does. A lab that
 * `PLANEWRIGHT_TEST_LAB` names may have more nodes. So a test limits the command to its node with `-l`.
 */
export async function useNodeLab(): Promise<Lab> {
  await takeDownSpentLabs()
  return begin(labOfWorker(), adoptedLabs.length > 0 ? undefined : nodeLabs.controlPlanes)
}

/**
 * Removes the labs of the projects that ran before, which only take processor time now. The lock is for workers that begin
 * at the same time: the engine refuses to remove a network while another worker removes the containers in it.
 */
export async function takeDownSpentLabs(): Promise<void> {
  const takeDown = (name: string): Promise<void> => withLabLock(name, terminalProgress(), () => down(name))
  await Promise.all(inject('spentLabs').map(takeDown))
}

/** Projects with fewer labs than workers share them. */
function labOfWorker(): string {
  const worker = Number(process.env.VITEST_POOL_ID)
  const labs = inject('labs')
  const name = labs[(worker - 1) % labs.length]
  if (name === undefined) throw new Error(`there is no lab for worker ${worker}`)
  return name
}

/** Waits until no other file uses the lab, of this run or another. Then the lab is this file's until its last test. */
async function reserve(name: string): Promise<void> {
  const isOver = new Promise((end) => {
    afterAll(end)
  })
  const wait = (): void => {
    terminalProgress().note(`waiting for the test file that uses lab ${name}`)
  }
  await new Promise((begin, fail) => {
    const use = (): Promise<unknown> => {
      begin(undefined)
      return isOver
    }
    withLock(`tests on lab ${name}`, wait, use).catch(fail)
  })
}

async function begin(name: string, controlPlanes: number | undefined): Promise<Lab> {
  await reserve(name)
  const options = { controlPlanes, kubernetes: DEFAULT_KUBERNETES, progress: terminalProgress() }
  const lab = await up({ name, ...options })
  beforeAll(() => restore(lab))
  return lab
}

/** The control plane on which a test works. */
export function firstHost({ hosts }: Lab): LabHost {
  const [host] = hosts
  if (host === undefined) throw new Error('the lab has no nodes')
  return host
}
