import { execa } from 'execa'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const module = path.join(import.meta.dirname, 'temporary-folder.ts')

let parent: string

beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'planewright-temporary-'))
})

afterEach(() => rm(parent, { recursive: true }))

/** Starts a process that opens its folder, leaves something in it, prints `made`, and goes on with a script. */
function start(script: string) {
  const lines = [
    `const { openTemporaryFolder } = await import(${JSON.stringify(module)})`,
    `const { mkdtempSync } = await import('node:fs')`,
    `const { tmpdir } = await import('node:os')`,
    'openTemporaryFolder()',
    `mkdtempSync(tmpdir() + '/left-')`,
    `console.log('made')`,
    script,
  ]
  return execa(process.execPath, ['--input-type=module', '-e', lines.join('\n')], {
    env: { TMPDIR: parent },
    reject: false,
  })
}

test.each(['', 'process.exit(1)', 'throw new Error()'])(
  'the folder is removed when its process ends by `%s`',
  async (end) => {
    expect((await start(end)).stdout).toBe('made')
    expect(await readdir(parent)).toEqual([])
  },
)

test('the next process removes the folder of a killed one, and leaves a folder that is in use', async () => {
  const [killed, running] = [start('setInterval(() => {}, 1000)'), start('setInterval(() => {}, 1000)')]
  await Promise.all([killed, running].map((one) => once(one.stdout, 'data')))
  expect(await readdir(parent)).toHaveLength(2)
  killed.kill('SIGKILL')
  await killed
  expect(await readdir(parent)).toHaveLength(2)
  await start('')
  const left = await readdir(parent)
  expect(left).toHaveLength(1)
  expect(left[0]).toMatch(new RegExp(`^planewright-tests-${running.pid ?? ''}-`))
  running.kill('SIGKILL')
  await running
})
