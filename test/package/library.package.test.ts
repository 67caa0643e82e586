import { execa } from 'execa'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Sshd } from '../support/sshd.ts'
import { startHost } from './host.ts'
import { installPackage, type Installed } from './installed.ts'
import { supported } from './nodes.ts'

const root = path.join(import.meta.dirname, '..', '..')
/** The scripts that README and docs/library.md show. */
const scripts = ['apply.ts', 'own-task.ts', 'take-back.ts']

/** The script's line for a host on which apply fails, because no kubelet runs there. */
const ended = /^cp1 failed 5 changes /

let installed: Installed
let sshd: Sshd

beforeAll(async () => {
  installed = await installPackage()
  sshd = await startHost(installed.folder)
})

afterAll(async () => {
  await sshd.stop()
  await installed[Symbol.asyncDispose]()
})

async function run(node: string, script: string, ...args: readonly string[]) {
  const { stdout, stderr, exitCode } = await execa(node, [script, ...args], {
    cwd: installed.folder,
    reject: false,
  })
  return { stdout, stderr, exitCode }
}

describe('the types', { timeout: 300_000 }, () => {
  /** Compiles all scripts in one run, with the settings of a strict project. It checks all declaration files. */
  async function compile(...scripts: readonly string[]) {
    const options = ['--strict', '--declaration', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false']
    const target = [
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2024,esnext.disposable',
      '--types',
      'node',
    ]
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const { exitCode, stdout } = await execa(
      process.execPath,
      [tsc, ...options, ...target, '--outDir', 'compiled', ...scripts],
      { cwd: installed.folder, reject: false },
    )
    return { exitCode, stdout }
  }

  test('fit a user’s scripts, with declarations and a zod of their own, and refuse a mistake', async () => {
    const script = await readFile(path.join(installed.folder, 'own-task.ts'), 'utf8')
    await writeFile(path.join(installed.folder, 'mistake.ts'), script.replace('mode: 0o644', "mode: '0644'"))
    const { exitCode, stdout } = await compile(...scripts, 'own-zod.ts', 'pass-on.ts', 'mistake.ts')
    expect(stdout).toMatch(
      /^mistake\.ts\(11,\d+\): error TS2322: Type 'string' is not assignable to type 'number'\.$/,
    )
    expect(exitCode).not.toBe(0)
  })

  test('in a user’s declarations come from the library', async () => {
    expect(await readFile(path.join(installed.folder, 'compiled', 'own-zod.d.ts'), 'utf8')).toContain(
      "from 'planewright'",
    )
  })
})

test('a user’s TypeScript script runs without a build, and fails if a host fails', async () => {
  const apply = await run(process.execPath, 'apply.ts', 'hosts.yaml')
  expect(apply.stderr).toMatch(/^cp1 \S/)
  expect(apply.exitCode).toBe(1)
  const ownTask = await run(process.execPath, 'own-task.ts', 'hosts.yaml')
  expect(ownTask.stdout).toMatch(ended)
  expect(ownTask.exitCode).toBe(1)
  const takeBack = await run(process.execPath, 'take-back.ts', 'hosts.yaml', 'cp1')
  const nothing = 'no transaction is kept on this host: there is nothing to roll back to'
  expect(takeBack).toMatchObject({ stdout: `cp1 failed 0 changes ${nothing}`, exitCode: 1 })
})

test('a user’s script that is compiled for Node 22 runs on each Node', async () => {
  for (const node of supported) {
    expect((await run(node, 'compiled/own-task.js', 'hosts.yaml')).stdout).toMatch(ended)
  }
})

test('a user’s bundled script runs on each Node without the package: it contains policy and scripts', async () => {
  const bundle = await rolldown({
    cwd: installed.folder,
    input: 'own-task.ts',
    platform: 'node',
    // As in docs/library.md: ssh2 looks for compiled modules, works without them, and is CommonJS.
    external: [/\.node$/],
    transform: { target: 'node22', define: { __dirname: 'import.meta.dirname' } },
  })
  const { output } = await bundle.write({ file: 'bundled.mjs', format: 'esm', codeSplitting: false })
  expect(output).toHaveLength(1)
  await writeFile(
    path.join(sshd.folder, 'bundled.mjs'),
    await readFile(path.join(installed.folder, 'bundled.mjs')),
  )
  for (const node of supported) {
    const script = path.join(sshd.folder, 'bundled.mjs')
    expect(await run(node, script, 'hosts.yaml')).toMatchObject({
      stdout: expect.stringMatching(ended) as string,
    })
  }
})

test('a CommonJS module can require the library', async () => {
  for (const node of supported) {
    const { stdout, stderr } = await run(node, '-p', "typeof require('planewright').loadInventory")
    expect({ stdout, stderr }).toEqual({ stdout: 'function', stderr: '' })
  }
})

test('the library loads few modules, and most of them are zod’s', async () => {
  const { stdout } = await run(process.execPath, 'count-modules.mjs', 'planewright')
  const modules = JSON.parse(stdout) as readonly string[]
  expect(modules.filter((url) => url.includes('/zod/')).length).toBeLessThan(110)
  expect(modules.filter((url) => !url.includes('/zod/')).length).toBeLessThan(15)
})
