import { execa } from 'execa'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const script = path.join(import.meta.dirname, '..', '..', '.ci', 'count.mjs')

/** The part of vitest's JSON result that count.mjs reads. */
const result = (passed: number, failed: number, skipped: number, success = failed === 0) => ({
  ...{ success, numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numTodoTests: 0 },
})

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planewright-count-'))
  const runs = {
    'good.json': result(10, 0, 1),
    'more.json': result(5, 0, 0),
    'bad.json': result(7, 2, 0),
    'unloaded.json': result(3, 0, 0, false),
    'empty.json': result(0, 0, 4),
  }
  for (const [name, run] of Object.entries(runs)) {
    await writeFile(path.join(folder, name), JSON.stringify(run))
  }
})

afterAll(() => rm(folder, { recursive: true }))

test.each([
  [['good.json', 'more.json'], '15 passed, 0 failed, 1 skipped', 0],
  [['good.json', 'bad.json'], '17 passed, 2 failed, 1 skipped', 1],
  // If a test file cannot be loaded, vitest counts no failed test.
  [['good.json', 'unloaded.json'], '13 passed, 1 failed, 1 skipped', 1],
  [['good.json', 'none.json'], '10 passed, 1 failed, 1 skipped', 1],
  [['empty.json'], '0 passed, 0 failed, 4 skipped', 1],
  [['none.json', 'nor.json'], '0 passed, 2 failed, 0 skipped', 1],
])('%j: %s', async (names, line, exitCode) => {
  const files = names.map((name) => path.join(folder, name))
  const counted = await execa(process.execPath, [script, ...files], { reject: false })
  expect({ last: counted.stdout.split('\n').at(-1), exitCode: counted.exitCode }).toEqual({
    last: line,
    exitCode,
  })
})
