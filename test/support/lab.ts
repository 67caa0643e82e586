import { beforeAll, inject } from 'vitest'
import { restore, up, type Lab, type LabHost } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import type {} from './lab-setup.ts'
import { testLab } from './test-lab.ts'

/** This worker's own lab; before the first test of the file every node is made as kubeadm left it. */
export async function useLab(): Promise<Lab> {
  const worker = Number(process.env.VITEST_POOL_ID)
  const name = inject('labs')[worker - 1]
  if (name === undefined) throw new Error(`there is no lab for worker ${worker}`)
  const lab = await up({ ...testLab, name, progress: terminalProgress() })
  beforeAll(() => restore(lab))
  return lab
}

/** The control plane that a test is about. */
export function firstHost({ hosts }: Lab): LabHost {
  const [host] = hosts
  if (host === undefined) throw new Error('the lab has no nodes')
  return host
}
