import { describe } from 'vitest'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { beginAsBefore } from './as-before.ts'
import { testLoss } from './controller-lost.ts'

const lab = await useNodeLab()
const first = firstHost(lab)

describe('the controller killed', () => {
  testLoss(lab, first, beginAsBefore(lab, first), {
    strike: (run) => Promise.resolve(run.kill('SIGKILL')),
    mend: () => Promise.resolve(),
    exitCode: undefined,
  })
})
