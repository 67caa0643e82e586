import { describe, expect, test } from 'vitest'
import { awaitState, holdAt, letGo, startApply } from '../support/faults.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { startSshProxy } from '../support/ssh-proxy.ts'
import { beginAsBefore } from './as-before.ts'
import { confirmation, testLoss } from './controller-lost.ts'

const lab = await useNodeLab()
const first = firstHost(lab)
const asBefore = beginAsBefore(lab, first)

test('the connection goes silent, and neither side sees it close', async () => {
  await using proxy = await startSshProxy(lab, first)
  await holdAt(first, 'serving')
  const run = startApply(proxy, first, [confirmation])
  await awaitState(first, 'serving')
  proxy.swallow()
  await letGo(first)
  await asBefore.expectUndone()
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(3)
})

describe('the connection cut', () => {
  testLoss(lab, first, asBefore, {
    strike: (_run, proxy) => {
      proxy.cut()
      return Promise.resolve()
    },
    mend: () => Promise.resolve(),
    exitCode: 3,
  })
})
