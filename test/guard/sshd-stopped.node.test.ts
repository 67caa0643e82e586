import { describe } from 'vitest'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'
import { beginAsBefore } from './as-before.ts'
import { testLoss } from './controller-lost.ts'

const lab = await useNodeLab()
const first = firstHost(lab)

describe('sshd stopped', () => {
  testLoss(lab, first, beginAsBefore(lab, first), {
    // It also kills sshd's sessions, whose processes are named sshd-session since OpenSSH 9.8.
    strike: () => onNode(first, `systemctl stop ssh; pkill -9 -f '^sshd(-session)?: ' || :`),
    mend: () => onNode(first, 'systemctl start ssh'),
    exitCode: 3,
  })
})
