import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { restore } from '../lab/lab.ts'
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
import { runReport } from '../support/command.ts'
import { firstHost, useLab } from '../support/lab.ts'
import { onNode, readCommandLine } from '../support/node.ts'
import { startSshProxy, type SshProxy } from '../support/ssh-proxy.ts'

const lab = await useLab()
const first = firstHost(lab)
const confirmation = 'confirm_timeout=5'

let files = ''
let words: readonly string[]

/** A test that failed leaves something behind: the next one begins anew. */
beforeEach(async () => {
  if ((await readWhole(first)) === files) return
  await restore(lab)
  files = await readWhole(first)
  words = await readCommandLine(first)
})

let proxy: SshProxy

beforeEach(async () => {
  proxy = await startSshProxy(lab, first)
})

afterEach(async () => {
  await proxy[Symbol.asyncDispose]()
})

/** By itself, without anybody: as it was, and serving. */
async function expectUndone(): Promise<void> {
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
}

describe.each([
  [
    'the controller killed',
    (run: ReturnType<typeof startApply>) => Promise.resolve(void run.kill('SIGKILL')),
  ],
  [
    'the connection cut',
    () => {
      proxy.cut()
      return Promise.resolve()
    },
  ],
  // Its sessions, too: their processes are called sshd-session from OpenSSH 9.8 on.
  ['sshd stopped', () => onNode(first, `systemctl stop ssh; pkill -9 -f '^sshd(-session)?: ' || :`)],
])('%s', (_name, fault) => {
  test.each(forwardStates)('while the transaction is %s', async (state) => {
    await holdAt(first, state)
    const run = startApply(proxy, first, [confirmation])
    await awaitHeld(first, state)
    await fault(run)
    const { exitCode } = await run
    expect(exitCode === undefined || exitCode === 3).toBe(true)
    await letGo(first)
    await expectUndone()
    await onNode(first, 'systemctl start ssh')
  })

  test.each(backwardStates)('while the transaction is %s', async (state) => {
    await holdAt(first, 'starting', state)
    const run = startApply(proxy, first, [confirmation])
    await awaitState(first, 'starting')
    await holdAt(first, state)
    await crashUntil(first, state)
    await fault(run)
    await run
    await letGo(first)
    await expectUndone()
    await onNode(first, 'systemctl start ssh')
  })

  test('while the transaction is confirmed: it stands', async () => {
    await holdAt(first, 'confirmed')
    const run = startApply(proxy, first)
    await awaitState(first, 'confirmed')
    await fault(run)
    await run
    await letGo(first)
    await onNode(first, 'systemctl start ssh')
    await expectProven(lab, first)
  })
})

test('the connection goes dead, and nobody is told', async () => {
  await holdAt(first, 'serving')
  const run = startApply(proxy, first, [confirmation])
  await awaitState(first, 'serving')
  proxy.swallow()
  await letGo(first)
  await expectUndone()
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(3)
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
