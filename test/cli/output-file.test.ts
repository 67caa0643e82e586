import { chmod, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, test } from 'vitest'
import { checkOutputFile, planFile, reportFile, writeOutputFile } from '../../src/cli/output-file.ts'
import { refusalOf, writeFiles, type Files } from '../inventory/written-files.ts'

/** Returns the path of a report in a new folder with these files. */
async function place(files: Files = {}): Promise<string> {
  return path.join(await writeFiles(files), 'planewright.prom')
}

describe('a report in a file', () => {
  test.each([
    ['that was not there', {}],
    ['that was', { 'planewright.prom': 'old\n' }],
  ])('%s: it is complete, everyone may read it, and no other file is left', async (_name, files) => {
    const file = await place(files)
    const before = process.umask(0o077)
    try {
      checkOutputFile(file, reportFile)
      expect(await readdir(path.dirname(file))).toEqual(Object.keys(files))
      writeOutputFile(file, reportFile, 'new\n')
    } finally {
      process.umask(before)
    }
    expect(await readFile(file, 'utf8')).toBe('new\n')
    expect((await lstat(file)).mode & 0o7777).toBe(0o644)
    expect(await readdir(path.dirname(file))).toEqual(['planewright.prom'])
  })

  test('a plan can be read only by its owner, whatever the umask is', async () => {
    const file = await place()
    const before = process.umask(0)
    try {
      writeOutputFile(file, planFile, 'new\n')
    } finally {
      process.umask(before)
    }
    expect((await lstat(file)).mode & 0o7777).toBe(0o600)
  })

  test('that cannot be read by others is readable when it is replaced', async () => {
    const file = await place({ 'planewright.prom': 'old\n' })
    await chmod(file, 0o600)
    writeOutputFile(file, reportFile, 'new\n')
    expect((await lstat(file)).mode & 0o7777).toBe(0o644)
  })

  test('is never incomplete for a program that reads it meanwhile', async () => {
    const texts = ['a', 'b'].map((letter) => `${letter.repeat(300_000)}\n`)
    const file = await place({ 'planewright.prom': texts[0] ?? '' })
    const reads = new Int32Array(new SharedArrayBuffer(8))
    // The reader counts all its reads, and those that found anything but a whole text.
    const reader = new Worker(
      `const { readFileSync } = require('node:fs')
       const { workerData: { file, reads, texts } } = require('node:worker_threads')
       for (;;) {
         const text = readFileSync(file, 'utf8')
         if (!texts.includes(text)) Atomics.add(reads, 1, 1)
         Atomics.add(reads, 0, 1)
       }`,
      { eval: true, workerData: { file, reads, texts } },
    )
    try {
      for (let written = 0; written < 20 || Atomics.load(reads, 0) < 20; written += 1) {
        writeOutputFile(file, reportFile, texts[written % 2] ?? '')
        await new Promise(setImmediate)
      }
    } finally {
      await reader.terminate()
    }
    expect(Atomics.load(reads, 1)).toBe(0)
  })
})

describe('a file that cannot be written is refused before the run and at its end, and leaves nothing', () => {
  test.each<readonly [string, Files, string, RegExp]>([
    ['a folder that is not there', {}, 'none/planewright.prom', /ENOENT/],
    ['a folder that is a file', { none: '' }, 'none/planewright.prom', /ENOTDIR/],
    ['a folder in its place', { 'report/one': '' }, 'report', /else than a regular file/],
  ])('%s', async (_name, files, named, why) => {
    const folder = await writeFiles(files)
    const file = path.join(folder, named)
    const before = await readdir(folder, { recursive: true })
    for (const action of [checkOutputFile, writeOutputFile]) {
      const error = await refusalOf(() => {
        action(file, reportFile, 'new\n')
      })
      expect(error).toMatchObject({ code: 'usage', message: `the report cannot be written to ${file}` })
      expect(error.why).toMatch(why)
    }
    expect(await readdir(folder, { recursive: true })).toEqual(before)
  })

  test.each([
    ['a link that leads to a file', 'real.prom'],
    ['a link that leads nowhere', 'none.prom'],
  ])('%s, which may be somebody else’s', async (_name, target) => {
    const folder = await writeFiles({ 'real.prom': 'old\n' })
    await symlink(target, path.join(folder, 'link.prom'))
    for (const action of [checkOutputFile, writeOutputFile]) {
      const error = await refusalOf(() => {
        action(path.join(folder, 'link.prom'), reportFile, 'new\n')
      })
      expect(error.why).toBe('Something else than a regular file is at this path.')
    }
    expect(await readFile(path.join(folder, 'real.prom'), 'utf8')).toBe('old\n')
    expect((await readdir(folder)).toSorted()).toEqual(['link.prom', 'real.prom'])
  })

  test('a device, which stays a device', async () => {
    const error = await refusalOf(() => {
      checkOutputFile('/dev/null', reportFile)
    })
    expect(error.why).toBe('Something else than a regular file is at this path.')
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true)
  })

  // A place where even root cannot make files.
  test('a filesystem that allows no new files', async () => {
    const error = await refusalOf(() => {
      checkOutputFile('/proc/planewright.prom', reportFile)
    })
    expect(error.why).toMatch(/E[A-Z]+:/)
  })

  test('a folder that somebody made at the path meanwhile stays', async () => {
    const file = await place()
    // The path becomes a folder after the check.
    checkOutputFile(file, reportFile)
    await mkdir(file)
    await writeFile(path.join(file, 'inside'), '')
    await refusalOf(() => {
      writeOutputFile(file, reportFile, 'new\n')
    })
    expect(await readdir(path.dirname(file), { recursive: true })).toEqual([
      'planewright.prom',
      'planewright.prom/inside',
    ])
  })
})
