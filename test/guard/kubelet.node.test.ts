import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { restore } from '../lab/lab.ts'
import { runReport } from '../support/command.ts'
import {
  awaitEnd,
  awaitState,
  expectProven,
  expectServing,
  holdAt,
  letGo,
  readWhole,
  startApply,
} from '../support/faults.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode, readCommandLine, readTraces } from '../support/node.ts'

const lab = await useNodeLab()
const first = firstHost(lab)

let files: string
let words: readonly string[]

beforeAll(async () => {
  files = await readWhole(first)
  words = await readCommandLine(first)
})

const faults = {
  stopped: { strike: 'systemctl stop kubelet', mend: 'systemctl start kubelet' },
  hung: { strike: 'systemctl kill --signal=STOP kubelet', mend: 'systemctl kill --signal=CONT kubelet' },
} as const

/** sh that waits until the kubelet answers, because one that has just started does not. */
const awaitHealthy =
  'for look in $(seq 600); do curl -fs http://127.0.0.1:10248/healthz && exit 0; sleep 0.1; done; exit 1'

afterEach(() => onNode(first, `${faults.hung.mend}; ${faults.stopped.mend}; ${awaitHealthy}`))

describe.each([
  ['stopped', 'no kubelet runs'],
  ['hung', 'its kubelet hangs'],
] as const)('a kubelet that is %s', (fault, why) => {
  test('before the restart: apply refuses and writes nothing', async () => {
    const before = await readTraces(first)
    await onNode(first, faults[fault].strike)
    const { exitCode, report } = await runReport(['apply', '-i', lab.inventoryFile, '-l', first.name])
    const [outcome] = report.hosts
    expect(outcome).toMatchObject({ status: 'failed', undone: false, error: { code: 'host' } })
    expect(`${outcome?.error?.what ?? ''} ${outcome?.error?.why ?? ''}`).toContain(why)
    expect(exitCode).toBe(1)
    expect(await readTraces(first)).toBe(before)
  })
})

describe.each([
  ['stopped', 'no kubelet runs'],
  ['hung', 'the kubelet is stopped'],
] as const)('a kubelet that is %s during a transaction', (fault, why) => {
  let run: ReturnType<typeof startApply>

  beforeEach(async () => {
    expect(await readWhole(first)).toBe(files)
  })

  async function expectUndone(): Promise<void> {
    expect(await awaitEnd(first)).toBe('undone')
    expect(await readWhole(first)).toBe(files)
    await expectServing(first, words)
    const { exitCode, all } = await run
    expect(exitCode, all).toBe(1)
    expect(all).toContain(why)
  }

  test('while the old apiserver runs: it goes on, and the guard restores its files', async () => {
    await holdAt(first, 'writing')
    run = startApply(lab, first)
    await awaitState(first, 'writing')
    await onNode(first, faults[fault].strike)
    await letGo(first)
    // This does not repair the kubelet: the old apiserver never stopped, so the undo needs no kubelet.
    await expectUndone()
  })

  test('while no apiserver runs: the old one is back when the kubelet runs again', async () => {
    await holdAt(first, 'starting')
    run = startApply(lab, first)
    await awaitState(first, 'starting')
    await onNode(first, faults[fault].strike)
    await letGo(first)
    await awaitState(first, 'recovering')
    await onNode(first, faults[fault].mend)
    await expectUndone()
  })
})

test('a kubelet that hangs for a while: the guard restarts patiently instead of swiftly, and apply proves', async () => {
  await holdAt(first, 'stopping')
  const run = startApply(lab, first)
  await awaitState(first, 'stopping')
  await onNode(first, faults.hung.strike)
  await letGo(first)
  await awaitState(first, 'starting')
  await onNode(first, faults.hung.mend)
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(0)
  expect(await onNode(first, 'cat "$(ls -d /var/lib/planewright/*/ | tail -n 1)journal"')).toContain(
    'not swiftly: the old kube-apiserver is still there',
  )
  await expectProven(lab, first)
})

test('a patient restart is proven, and one that is not confirmed is undone', async () => {
  await restore(lab)
  const patient = await runReport([
    'apply',
    '-i',
    lab.inventoryFile,
    '-l',
    first.name,
    '-e',
    'restart=patient',
  ])
  expect(patient.report.hosts[0]).toMatchObject({ status: 'changed', error: null })
  expect(patient.report.hosts[0]?.proof).not.toBeNull()
  const before = await readWhole(first)
  const proven = await readCommandLine(first)
  await holdAt(first, 'serving')
  const run = startApply(lab, first, ['restart=patient', 'confirm_timeout=5', 'audit_log_maxage=7'])
  await awaitState(first, 'serving')
  expect(await readCommandLine(first)).toContain('--audit-log-maxage=7')
  run.kill('SIGKILL')
  await run
  await letGo(first)
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(before)
  await expectServing(first, proven)
  const journals = await onNode(first, 'cat /var/lib/planewright/*/journal')
  expect(journals).not.toContain('stopping')
})
