import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { restore } from '../lab/lab.ts'
import { Report } from '../../src/report/schema.ts'
import { startPlanewright } from '../support/command.ts'
import { awaitEnd, awaitState, expectServing, holdAt, letGo, readWhole } from '../support/faults.ts'
import { useLab } from '../support/lab.ts'
import { readCommandLine, readTraces } from '../support/node.ts'

const lab = await useLab()

function hosts() {
  const [first, ...others] = lab.hosts
  if (first === undefined) throw new Error('the lab has no nodes')
  return { first, others }
}

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planewright-'))
  await restore(lab)
})

afterEach(async () => {
  await letGo(hosts().first)
  await rm(folder, { recursive: true })
})

/** Starts an apply on all hosts, and holds the first host's guard in `serving`. */
async function startHeld(variables: readonly string[] = []) {
  await holdAt(hosts().first, 'serving')
  const extra = variables.flatMap((variable) => ['-e', variable])
  const run = startPlanewright(['apply', '-i', lab.inventoryFile, '--output', 'json', ...extra], {
    cwd: folder,
  })
  await awaitState(hosts().first, 'serving')
  let told = ''
  run.stderr.on('data', (chunk: Buffer) => {
    told += chunk.toString('utf8')
  })
  const interrupt = async (signal: NodeJS.Signals) => {
    run.kill(signal)
    await vi.waitUntil(() => told.includes('interrupted: planewright finishes the host that it is changing'))
  }
  return { run, interrupt }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s once: apply finishes the host under way, begins no other, and writes the rest to the retry file',
  async (signal) => {
    const { first, others } = hosts()
    const untouched = await Promise.all(others.map(readTraces))
    const { run, interrupt } = await startHeld()
    await interrupt(signal)
    await letGo(first)
    const { exitCode, stdout } = await run
    const report = Report.parse(JSON.parse(stdout))
    expect(report.hosts.map(({ status }) => status)).toEqual(['changed', ...others.map(() => 'skipped')])
    expect(report.hosts[0]?.proof).not.toBeNull()
    expect({ exitCode, told: report.exitCode }).toEqual({ exitCode: 130, told: 130 })
    expect(await awaitEnd(first)).toBe('confirmed')
    expect(await Promise.all(others.map(readTraces))).toEqual(untouched)
    const left = others.map(({ name }) => `${name}\n`).join('')
    expect(await readFile(path.join(folder, '.planewright-retry'), 'utf8')).toBe(left)
  },
)

test('SIGINT twice: apply ends at once, and the guard undoes', async () => {
  const { first } = hosts()
  const [files, words] = await Promise.all([readWhole(first), readCommandLine(first)])
  const { run, interrupt } = await startHeld(['confirm_timeout=5'])
  await interrupt('SIGINT')
  run.kill('SIGINT')
  expect((await run).exitCode).toBe(130)
  await letGo(first)
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
})
