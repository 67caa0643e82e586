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

/** A way in which the controller goes while its transaction is open, and what brings back what the next test needs. */
export interface Loss {
  readonly strike: (run: ReturnType<typeof startApply>, proxy: SshProxy) => Promise<unknown>
  readonly mend: () => Promise<unknown>
}

/** The least that can be asked for: nobody is left who could confirm. */
export const confirmation = 'confirm_timeout=5'

/**
 * In whichever state the controller goes: the guard undoes what is not confirmed, and what is confirmed stands. That one
 * comes last, as it is an apply on what all the undone ones have left, and nothing has to be restored before it.
 */
export function testLoss(lab: Lab, host: LabHost, asBefore: AsBefore, { strike, mend }: Loss): void {
  test.each(forwardStates)('while the transaction is %s', async (state) => {
    await using proxy = await startSshProxy(lab, host)
    await holdAt(host, state)
    const run = startApply(proxy, host, [confirmation])
    await awaitHeld(host, state)
    await strike(run, proxy)
    const { exitCode } = await run
    expect(exitCode === undefined || exitCode === 3).toBe(true)
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

  test('while the transaction is confirmed: it stands', async () => {
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
