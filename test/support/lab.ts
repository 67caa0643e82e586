import { beforeAll, inject } from 'vitest'
import { type Lab, restore } from '../lab/lab.ts'
import type {} from './lab-setup.ts'

/** The run's lab; before the first test of the file every node is made as kubeadm left it. */
export function useLab(): Lab {
  const lab = inject('lab')
  beforeAll(() => restore(lab))
  return lab
}
