import { beforeEach, describe, expect, test } from 'vitest'
import { restartNode, restore } from '../lab/lab.ts'
import { runReport } from '../support/command.ts'
import {
  awaitEnd,
  awaitHeld,
  awaitState,
  backwardStates,
  crashUntil,
  expectProven,
  expectServing,
  forwardStates,
  holdAt,
  letGo,
  readWhole,
  startApply,
} from '../support/faults.ts'
import { firstHost, useLab } from '../support/lab.ts'
import { onNode, readCommandLine } from '../support/node.ts'

const lab = await useLab()
const first = firstHost(lab)

let files = ''
let words: readonly string[]

/** A test that failed leaves something behind: the next one begins anew. */
beforeEach(async () => {
  if ((await readWhole(first)) === files) return
  await restore(lab)
  files = await readWhole(first)
  words = await readCommandLine(first)
})

async function expectUndone(): Promise<void> {
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
}

describe('the guard killed', () => {
  const kill = async () => {
    // In one go: systemd starts it again a second later, and that one must not be held.
    await onNode(
      first,
      `until pid=$(systemctl show -P MainPID planewright-guard) && [ "$pid" != 0 ]; do sleep 0.05; done
       kill -9 "$pid" && rm /var/lib/planewright/hold`,
    )
  }

  test.each(forwardStates)('while the transaction is %s', async (state) => {
    await holdAt(first, state)
    const run = startApply(lab, first)
    await awaitHeld(first, state)
    await kill()
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
    await kill()
    await expectUndone()
    expect((await run).exitCode).toBe(1)
  })

  test('while the transaction is confirmed: it stands', async () => {
    await holdAt(first, 'confirmed')
    const run = startApply(lab, first)
    await awaitState(first, 'confirmed')
    await kill()
    const { exitCode, all } = await run
    expect(exitCode, all).toBe(0)
    await expectProven(lab, first)
  })
})

test.each(['TERM', 'HUP'])('the guard ended with SIG%s: that is no end of it', async (signal) => {
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

test('the guard killed, and its unit gone: the next run brings it to its end', async () => {
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

// Held until it is down: what it meets when it is up again is this very state.
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

  test('while the transaction is confirmed: it stands', async () => {
    await holdAt(first, 'confirmed')
    const run = startApply(lab, first)
    await awaitState(first, 'confirmed')
    await restartNode(first)
    await letGo(first)
    await run
    await expectProven(lab, first)
  })

  test('before the guard has begun', async () => {
    await onNode(
      first,
      `mkdir -p -m 700 /var/lib/planewright
       setsid flock /var/lib/planewright/guard.lock sleep 30 </dev/null >/dev/null 2>&1 &`,
    )
    const run = startApply(lab, first)
    await awaitState(first, 'staged')
    // A host that goes down ends whoever holds the lock before the guard: that one must not get it for a moment.
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
})

// On what the undone ones have left: nothing is restored before it.
test('a rerun ends in three proofs', async () => {
  expect(await onNode(first, 'ls -d /var/lib/planewright/*/ | wc -l')).not.toBe('0\n')
  const { exitCode, report } = await runReport(['apply', '-i', lab.inventoryFile])
  expect(report.hosts.map(({ host, error, proof }) => ({ host, error, proven: proof !== null }))).toEqual(
    lab.hosts.map(({ name }) => ({ host: name, error: null, proven: true })),
  )
  expect(exitCode).toBe(0)
})
