import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runReport } from '../support/command.ts'
import {
  awaitEnd,
  awaitState,
  expectServing,
  holdAt,
  letGo,
  readWhole,
  startApply,
} from '../support/faults.ts'
import { firstHost, useLab } from '../support/lab.ts'
import { onNode, readCommandLine, readTraces } from '../support/node.ts'

const lab = await useLab()
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

/** One that has just begun answers nobody yet. */
const awaitHealthy =
  'for look in $(seq 600); do curl -fs http://127.0.0.1:10248/healthz && exit 0; sleep 0.1; done; exit 1'

afterEach(() => onNode(first, `${faults.hung.mend}; ${faults.stopped.mend}; ${awaitHealthy}`))

describe.each([
  ['stopped', 'no kubelet runs'],
  ['hung', 'its kubelet hangs'],
] as const)('a kubelet that is %s', (fault, why) => {
  test('before the restart: nothing is touched', async () => {
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
] as const)('a kubelet that is %s in the middle', (fault, why) => {
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

  test('while the old apiserver runs: it goes on, with its files', async () => {
    await holdAt(first, 'writing')
    run = startApply(lab, first)
    await awaitState(first, 'writing')
    await onNode(first, faults[fault].strike)
    await letGo(first)
    // Nobody mends the kubelet: what ran before has never left.
    await expectUndone()
  })

  test('while no apiserver runs: the old one is back as soon as a kubelet is', async () => {
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
