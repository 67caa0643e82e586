import { describe, expect, test } from 'vitest'
import { runReport } from '../support/command.ts'
import {
  awaitEnd,
  awaitHeld,
  awaitState,
  backwardStates,
  crashUntil,
  expectProven,
  forwardStates,
  holdAt,
  startApply,
} from '../support/faults.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'
import { beginAsBefore } from './as-before.ts'

const lab = await useNodeLab()
const first = firstHost(lab)

const { expectUndone } = beginAsBefore(lab, first)

const killGuard = async () => {
  // In one script: systemd restarts the guard a second later, and the test must not hold that one.
  await onNode(
    first,
    `until pid=$(systemctl show -P MainPID planewright-guard) && [ "$pid" != 0 ]; do sleep 0.05; done
     kill -9 "$pid" && rm /var/lib/planewright/hold`,
  )
}

describe('the guard killed', () => {
  test.each(forwardStates)('while the transaction is %s', async (state) => {
    await holdAt(first, state)
    const run = startApply(lab, first)
    await awaitHeld(first, state)
    await killGuard()
    await expectUndone()
    const { exitCode, all } = await run
    expect(exitCode, all).toBe(1)
    expect(all).toContain('the guard was interrupted')
  })

  test.each(backwardStates)('while the transaction is %s', async (state) => {
    await holdAt(first, 'starting', state)
    const run = startApply(lab, first)
    await awaitState(first, 'starting')
    await holdAt(first, state)
    await crashUntil(first, state)
    await killGuard()
    await expectUndone()
    expect((await run).exitCode).toBe(1)
  })
})

test.each(['TERM', 'HUP'])('the guard gets SIG%s: it undoes all the same', async (signal) => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitState(first, 'starting')
  await onNode(
    first,
    `kill -${signal} "$(systemctl show -P MainPID planewright-guard)"; rm /var/lib/planewright/hold`,
  )
  await expectUndone()
  expect((await run).exitCode).toBe(1)
})

// It comes after the tests that end with an undo, so it needs no restore.
test('the guard killed while the transaction is confirmed: the change stands', async () => {
  await holdAt(first, 'confirmed')
  const run = startApply(lab, first)
  await awaitState(first, 'confirmed')
  await killGuard()
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(0)
  await expectProven(lab, first)
})

test('the guard killed and its unit removed: the next run has the change undone, and applies again', async () => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitState(first, 'starting')
  run.kill('SIGKILL')
  await run
  await onNode(
    first,
    `find /etc/systemd/system -name 'planewright-guard.service' -delete; systemctl daemon-reload
     systemctl stop planewright-guard; rm /var/lib/planewright/hold`,
  )
  const { report } = await runReport(['apply', '-i', lab.inventoryFile, '-l', first.name])
  expect(report.hosts[0]).toMatchObject({ status: 'changed', error: null })
  expect(report.hosts[0]?.warnings).toContainEqual(expect.stringMatching(/is now undone/))
  expect(await awaitEnd(first)).toBe('confirmed')
})
