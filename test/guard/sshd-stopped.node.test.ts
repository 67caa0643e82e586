import { describe } from 'vitest'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'
import { beginAsBefore } from './as-before.ts'
import { testLoss } from './controller-lost.ts'

const lab = await useNodeLab()
const first = firstHost(lab)

describe('sshd stopped', () => {
  testLoss(lab, first, beginAsBefore(lab, first), {
    // Its sessions, too: their processes are called sshd-session from OpenSSH 9.8 on.
    strike: () => onNode(first, `systemctl stop ssh; pkill -9 -f '^sshd(-session)?: ' || :`),
    mend: () => onNode(first, 'systemctl start ssh'),
  })
})
