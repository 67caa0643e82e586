import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { cacheDirectory } from './cache.ts'
import { goArchitecture } from './engine-client.ts'
import { withLock } from './lock.ts'
import { isDebianFamily } from './packages.ts'
import { identifyProcess, isRunning, startTimeOf } from './process-identity.ts'
import { formatSeconds, lineProgress } from './progress.ts'

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

test('a step says how it ended', async () => {
  const lines: string[] = []
  const progress = lineProgress((line) => lines.push(line))
  await progress.step('one', () => Promise.resolve())
  await expect(progress.step('two', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(lines).toEqual(['✔ one (0.0 s)', '✖ two (0.0 s)'])
})

test('the start time is found behind a command name with brackets and spaces', () => {
  const fields = ['S', ...Array.from({ length: 18 }, (_, index) => String(index)), '4711', 'more']
  expect(startTimeOf(`12 (a) b) ${fields.join(' ')}`)).toBe('4711')
  expect(startTimeOf(`12 (a) Z ${fields.slice(1).join(' ')}`)).toBe('ended')
})

test('a process is itself, and gone when it has ended', async () => {
  const child = spawn('sleep', ['60'])
  const identity = identifyProcess(child.pid ?? 0)
  expect(identity && isRunning(identity)).toBe(true)
  expect(identity && isRunning({ ...identity, startTime: '1' })).toBe(false)
  child.kill()
  await once(child, 'exit')
  expect(identity && isRunning(identity)).toBe(false)
})

test('a lock is held by one at a time, and taken over from who is gone', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'planewright-lock-'))
  try {
    const file = path.join(directory, 'lock')
    await writeFile(file, JSON.stringify({ pid: process.pid, startTime: 'another life' }))
    let inside = 0
    let most = 0
    const run = (): Promise<void> =>
      withLock(
        file,
        () => undefined,
        async () => {
          most = Math.max(most, ++inside)
          await new Promise(setImmediate)
          inside--
        },
      )
    await Promise.all([run(), run(), run()])
    expect(most).toBe(1)
  } finally {
    await rm(directory, { recursive: true })
  }
})
