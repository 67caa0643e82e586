import { execa } from 'execa'
import { beforeAll, expect, test } from 'vitest'
import { statusText } from './progress-text.ts'

const script = `
  import { startVitest } from 'vitest/node'
  import { ProgressReporter } from './progress-reporter.ts'
  const options = { config: false, watch: false, root: 'examples', include: ['*.ts'], maxWorkers: 1 }
  const vitest = await startVitest('test', [], { ...options, reporters: [new ProgressReporter()] })
  await vitest.close()
`

let output: string

beforeAll(async () => {
  const { all } = await execa(process.execPath, ['--input-type=module', '-e', script], {
    cwd: import.meta.dirname,
    all: true,
    reject: false,
    // Without the variables that vitest sets for its workers, since this process starts a vitest of its own.
    env: { NO_COLOR: '1', VITEST: undefined, VITEST_POOL_ID: undefined, VITEST_WORKER_ID: undefined },
  })
  output = all
}, 60_000)

test('prints a line for each file that has ended, with the number of files so far', () => {
  expect(output).toMatch(/^\d\/3 {2}✔ .*good\.ts \(2 tests, 1 skipped, [\d.]+ s\)$/m)
  expect(output.match(/^[123]\/3 /gm)).toEqual(['1/3 ', '2/3 ', '3/3 '])
})

test('names a failed test at once, with the first line of its error', () => {
  expect(output).toMatch(
    /^\d\/3 {2}✖ .*failing\.ts \(1 test, 1 failed, .*\)\n {4}✖ a sum > is wrong: expected \{.*$/m,
  )
  expect(output).toMatch(/^ {4}✖ the file: nothing to begin with$/m)
})

test('shows the whole failure at the end', () => {
  expect(output).toContain('Failed Tests 1')
  expect(output).toMatch(/^-.*"sum": 3,$/m)
  expect(output).toMatch(/^\+.*"sum": 2,$/m)
})

test('lists the slowest files and the time of each project after the failures', () => {
  expect(output).toMatch(/^The slowest files:\n( +[\d.]+ s {2}\w+\.ts\n){3}/m)
  expect(output).toMatch(
    /^Time by project:\n.*3 files {2}4 tests {2}[\d.]+ s {2}\(files together [\d.]+ s\)$/m,
  )
})

test('names the files that run now, and how long each has run', () => {
  const running = [
    { project: 'ssh', path: 'test/a.ssh.test.ts', began: 1_000 },
    { project: 'ssh', path: 'test/b.ssh.test.ts', began: 60_000 },
  ]
  expect(statusText(running, 91_000)).toBe('; running: test/a.ssh.test.ts (90 s), test/b.ssh.test.ts (31 s)')
  expect(statusText([], 91_000)).toBe('')
})
