import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { publint } from 'publint'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { packAndInstall, type Pack } from './pack.ts'

const Manifest = z.object({
  engines: z.object({ node: z.string() }),
  dependencies: z.record(z.string(), z.string()),
  peerDependencies: z.record(z.string(), z.string()),
})
const Shrinkwrap = z.object({ packages: z.record(z.string(), z.object({ dev: z.boolean().optional() })) })

let pack: Pack

beforeAll(async () => {
  pack = await packAndInstall()
})

function readPacked(file: string): Promise<string> {
  return readFile(path.join(pack.installation, 'node_modules', 'planewright', file), 'utf8')
}

describe('what the tarball holds', () => {
  test.each([
    'package.json',
    'npm-shrinkwrap.json',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'dist/bin.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/tasks.js',
    'dist/tasks.d.ts',
    'dist/THIRD-PARTY-LICENSES.txt',
    'templates/preempt-k8s.yaml.hbs',
    'inventories/example/hosts.yaml',
  ])('%s', (file) => {
    expect(pack.files).toContain(file)
  })

  test('nothing else', () => {
    const wanted =
      /^(dist\/(chunks\/|packages\/)?[\w-]+\.(js|js\.map|d\.ts|txt)|(templates|inventories|docs)\/.+|[A-Z]+(\.md)?|package\.json|npm-shrinkwrap\.json)$/
    expect(pack.files.filter((file) => !wanted.test(file))).toEqual([])
  })

  test('fewer than 100 files, and less than 800 kB', () => {
    expect(pack.files.length).toBeLessThan(100)
    expect(pack.size).toBeLessThan(800_000)
  })

  test('a source map for each of our modules, with the sources in it', async () => {
    const ours = pack.files.filter((file) => /^dist\/(chunks\/)?[\w-]+\.js$/.test(file))
    for (const file of ours) {
      const reference = /^\/\/# sourceMappingURL=(.*)$/m.exec(await readPacked(file))?.[1]
      // A module that only re-exports has no line from our sources.
      if (reference === undefined) continue
      const map = z
        .object({ sources: z.array(z.string()), sourcesContent: z.array(z.string()) })
        .parse(JSON.parse(await readPacked(path.join(path.dirname(file), reference))))
      expect(map.sourcesContent).toHaveLength(map.sources.length)
      for (const source of map.sources)
        expect(path.join(path.dirname(file), source)).toMatch(/^(src|tasks|package\.json)/)
    }
    expect(pack.files.filter((file) => file.endsWith('.js.map')).length).toBeGreaterThan(5)
  })
})

describe('its dependencies', () => {
  test('are the packages that its modules import, and zod is the user’s own', async () => {
    const { dependencies, peerDependencies } = Manifest.parse(JSON.parse(await readPacked('package.json')))
    expect(Object.keys(dependencies)).toEqual(['node-ssh', 'ssh2'])
    expect(Object.keys(peerDependencies)).toEqual(['zod'])
    const modules = pack.files.filter((file) => file.endsWith('.js'))
    const texts = await Promise.all(modules.map(readPacked))
    const imported = texts.flatMap((text) => [
      ...text.matchAll(
        /^(?:import|export) (?:[^'"]+ from )?["']([^."'][^"']*)["']|\bimport\(["']([^."'][^"']*)/gm,
      ),
    ])
    const names = new Set(imported.map(([, one, other]) => one ?? other ?? ''))
    const packages = [...names].filter((name) => !isBuiltin(name)).toSorted()
    expect(packages).toEqual(['node-ssh', 'ssh2', 'zod'])
  })

  test('are in the shrinkwrap, and the developers’ packages are not', async () => {
    const { packages } = Shrinkwrap.parse(JSON.parse(await readPacked('npm-shrinkwrap.json')))
    expect(Object.keys(packages)).toEqual(
      expect.arrayContaining(['', 'node_modules/node-ssh', 'node_modules/ssh2']),
    )
    expect(Object.keys(packages)).not.toContain('node_modules/zod')
    expect(Object.values(packages).filter(({ dev }) => dev === true)).toEqual([])
    expect(Object.keys(packages).length).toBeLessThan(25)
  })
})

test('publint finds nothing', async () => {
  const bytes = await readFile(pack.tarball)
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  expect((await publint({ pack: { tarball }, strict: true })).messages).toEqual([])
})

test('attw finds nothing: each entry has the types of what it exports', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(await readFile(pack.tarball)))
  if (analysis.types === false) throw new Error('attw finds no types')
  // As its profile esm-only does. attw does not know yet that a CommonJS module can require() this package since Node 22.12.
  const problems = analysis.problems.filter(
    (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
  )
  expect(problems).toEqual([])
  expect(Object.keys(analysis.entrypoints)).toEqual(expect.arrayContaining(['.', './tasks']))
})
