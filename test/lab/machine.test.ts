import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { homedir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cacheDirectory } from './cache.ts'
import { goArchitecture } from './engine-client.ts'
import { withLock } from './lock.ts'
import { isDebianFamily } from './packages.ts'
import { identifyProcess, isRunning, startTimeOf } from './process-identity.ts'
import { fakeTerminal } from '../support/terminal.ts'
import { formatSeconds, lineProgress, liveProgress } from './progress.ts'

test.each([
  [{ XDG_CACHE_HOME: '/c' }, '/c/planewright'],
  [{ XDG_CACHE_HOME: 'relative' }, path.join(homedir(), '.cache/planewright')],
  [{}, path.join(homedir(), '.cache/planewright')],
])('with %o the cache is %s', (environment, directory) => {
  expect(cacheDirectory(environment)).toBe(directory)
})

test.each([
  ['ID=debian\n', true],
  ['NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', true],
  ['ID="fedora"\n', false],
  ['VERSION_ID=debian\n', false],
  ['', false],
])('%j is of Debian’s family: %s', (release, answer) => {
  expect(isDebianFamily(release)).toBe(answer)
})

test.each([
  ['x86_64', 'amd64'],
  ['aarch64', 'arm64'],
  ['riscv64', 'riscv64'],
])('Go calls %s %s', (machine, name) => {
  expect(goArchitecture(machine)).toBe(name)
})

test.each([
  [800, '0.8 s'],
  [42_400, '42 s'],
  [397_000, '6 min 37 s'],
  [119_700, '120 s'],
  [179_900, '3 min 0 s'],
])('%i ms are %s', (milliseconds, said) => {
  expect(formatSeconds(milliseconds)).toBe(said)
})

test('a step prints a line that says how it ended', async () => {
  const lines: string[] = []
  const progress = lineProgress((line) => lines.push(line))
  await progress.step('one', () => Promise.resolve())
  await expect(progress.step('two', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(lines).toEqual(['✔ one (0.0 s)', '✖ two (0.0 s)'])
})

test('a long step prints a line early, and one each half minute that says what it does', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const lines: string[] = []
  const progress = lineProgress((line) => lines.push(line))
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const step = progress.step('building', (tell) => {
    tell('7 of 9 packages compiled')
    return promise
  })
  await vi.advanceTimersByTimeAsync(62_000)
  resolve(undefined)
  await step
  expect(lines).toEqual([
    '… building: 7 of 9 packages compiled',
    '… building: 7 of 9 packages compiled (32 s)',
    '… building: 7 of 9 packages compiled (62 s)',
    '✔ building (62 s)',
  ])
})

test('on a terminal the last line says each second what runs, cut to the width of the terminal', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const { terminal, text } = fakeTerminal()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const step = liveProgress(terminal).step('x'.repeat(100), () => promise)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(text()).toBe(`\r\u001b[2K… ${'x'.repeat(77)}`)
  resolve(undefined)
  await step
  expect(text().endsWith(`\u001b[2K✔ ${'x'.repeat(100)} (1.0 s)\n`)).toBe(true)
})

test('the start time is read after a command name with brackets and spaces', () => {
  const fields = ['S', ...Array.from({ length: 18 }, (_, index) => String(index)), '4711', 'more']
  expect(startTimeOf(`12 (a) b) ${fields.join(' ')}`)).toBe('4711')
  expect(startTimeOf(`12 (a) Z ${fields.slice(1).join(' ')}`)).toBe('ended')
})

test('a process counts as running until it has ended, and only with its own start time', async () => {
  const child = spawn('sleep', ['60'])
  const identity = identifyProcess(child.pid ?? 0)
  expect(identity && isRunning(identity)).toBe(true)
  expect(identity && isRunning({ ...identity, startTime: '1' })).toBe(false)
  child.kill()
  await once(child, 'exit')
  expect(identity && isRunning(identity)).toBe(false)
})

test('a lock is held by one at a time', async () => {
  let inside = 0
  let most = 0
  const run = (): Promise<void> =>
    withLock(
      `test ${process.pid}`,
      () => undefined,
      async () => {
        most = Math.max(most, ++inside)
        await new Promise(setImmediate)
        inside--
      },
    )
  await Promise.all(Array.from({ length: 20 }, run))
  expect(most).toBe(1)
})

test('a lock is taken over from a process that is killed', async () => {
  const name = `test of a kill ${process.pid}`
  const lock = pathToFileURL(path.join(import.meta.dirname, 'lock.ts')).href
  const holder = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { withLock } from ${JSON.stringify(lock)}
       await withLock(${JSON.stringify(name)}, () => {}, async () => {
         process.stdout.write('held')
         await new Promise((resolve) => setTimeout(resolve, 60_000))
       })`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(holder.stdout, 'data')
  let waited = false
  const taken = withLock(
    name,
    () => {
      waited = true
      holder.kill('SIGKILL')
    },
    () => Promise.resolve('taken'),
  )
  expect(await taken).toBe('taken')
  expect(waited).toBe(true)
})
