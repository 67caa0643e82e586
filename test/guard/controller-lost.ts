import { expect, test } from 'vitest'
import type { Lab, LabHost } from '../lab/lab.ts'
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
import { startSshProxy, type SshProxy } from '../support/ssh-proxy.ts'
import type { AsBefore } from './as-before.ts'

/** A way to lose the controller while its transaction is open, and the repair that the next test needs. */
export interface Loss {
  readonly strike: (run: ReturnType<typeof startApply>, proxy: SshProxy) => Promise<unknown>
  readonly mend: () => Promise<unknown>
  /** How `apply` ends: 3 if it lost the host; undefined if a signal ended it. */
  readonly exitCode: 3 | undefined
}

/** The shortest timeout that planewright accepts, because no controller is left that could confirm. */
export const confirmation = 'confirm_timeout=5'

/**
 * Tests that the guard undoes a transaction if the controller is lost in any state before the confirmation, and that a
 * confirmed change stands. The confirmed one comes last: all tests before it end with an undo, so it needs no restore.
 */
export function testLoss(
  lab: Lab,
  host: LabHost,
  asBefore: AsBefore,
  { strike, mend, exitCode }: Loss,
): void {
  test.each(forwardStates)('while the transaction is %s', async (state) => {
    await using proxy = await startSshProxy(lab, host)
    await holdAt(host, state)
    const run = startApply(proxy, host, [confirmation])
    await awaitHeld(host, state)
    await strike(run, proxy)
    const ended = await run
    expect(ended.exitCode, ended.all).toBe(exitCode)
    await letGo(host)
    await asBefore.expectUndone()
    await mend()
  })

  test.each(backwardStates)('while the transaction is %s', async (state) => {
    await using proxy = await startSshProxy(lab, host)
    await holdAt(host, 'starting', state)
    const run = startApply(proxy, host, [confirmation])
    await awaitState(host, 'starting')
    await holdAt(host, state)
    await crashUntil(host, state)
    await strike(run, proxy)
    await run
    await letGo(host)
    await asBefore.expectUndone()
    await mend()
  })

  test('while the transaction is confirmed: the change stands', async () => {
    await using proxy = await startSshProxy(lab, host)
    await holdAt(host, 'confirmed')
    const run = startApply(proxy, host)
    await awaitState(host, 'confirmed')
    await strike(run, proxy)
    await run
    await letGo(host)
    await mend()
    await expectProven(lab, host)
  })
}
