import { describe, expect, test } from 'vitest'
import { restartNode } from '../lab/lab.ts'
import {
  awaitHeld,
  awaitState,
  backwardStates,
  crashUntil,
  expectProven,
  forwardStates,
  holdAt,
  letGo,
  startApply,
} from '../support/faults.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'
import { beginAsBefore } from './as-before.ts'

const lab = await useNodeLab()
const first = firstHost(lab)
const { expectUndone } = beginAsBefore(lab, first)

// The guard is held until the node is down, so after the boot it finds exactly this state.
describe('the node restarted', () => {
  test.each(forwardStates)('while the transaction is %s', async (state) => {
    await holdAt(first, state)
    const run = startApply(lab, first)
    await awaitHeld(first, state)
    await restartNode(first)
    await letGo(first)
    await expectUndone()
    expect((await run).exitCode).not.toBe(0)
  })

  test('before the guard has begun', async () => {
    await onNode(
      first,
      `mkdir -p -m 700 /var/lib/planewright
       setsid flock /var/lib/planewright/guard.lock sleep 30 </dev/null >/dev/null 2>&1 &`,
    )
    const run = startApply(lab, first)
    await awaitState(first, 'staged')
    // A host that goes down may end the holder of the lock before the guard. The guard is stopped so that it cannot take the
    // lock in that moment.
    await onNode(
      first,
      `until pid=$(systemctl show -P MainPID planewright-guard) && [ "$pid" != 0 ]; do sleep 0.05; done
       kill -STOP "$pid"`,
    )
    await restartNode(first)
    await expectUndone()
    const reason = await onNode(first, 'cat "$(ls -d /var/lib/planewright/*/ | tail -n 1)reason"')
    expect(reason).toBe('the host was booted before the change had begun\n')
    expect((await run).exitCode).not.toBe(0)
  })

  test.each(backwardStates)('while the transaction is %s', async (state) => {
    await holdAt(first, 'starting', state)
    const run = startApply(lab, first)
    await awaitState(first, 'starting')
    await holdAt(first, state)
    await crashUntil(first, state)
    await restartNode(first)
    await letGo(first)
    await expectUndone()
    expect((await run).exitCode).not.toBe(0)
  })

  // It comes last, after the tests that end with an undo, so it needs no restore.
  test('while the transaction is confirmed: the change stands', async () => {
    await holdAt(first, 'confirmed')
    const run = startApply(lab, first)
    await awaitState(first, 'confirmed')
    await restartNode(first)
    await letGo(first)
    await run
    await expectProven(lab, first)
  })
})
