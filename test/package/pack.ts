import { execa } from 'execa'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { withLock } from '../lab/lock.ts'

const root = path.join(import.meta.dirname, '..', '..')
const cache = path.join(root, 'node_modules', '.cache', 'planewright-package')

const Packed = z.tuple([
  z.object({ filename: z.string(), size: z.number(), files: z.array(z.object({ path: z.string() })) }),
])
const Locked = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })

/** The packed package, and its installation in a user's folder. */
export interface Pack {
  readonly tarball: string
  /** The size of the tarball in bytes. */
  readonly size: number
  /** The paths of all files in the tarball, relative to the package. */
  readonly files: readonly string[]
  /** The folder with node_modules: planewright, and the packages of a user who writes TypeScript. */
  readonly installation: string
}

/** A hash of all files from which the package is made and with which it is installed. */
function hashOfSources(): string {
  const parts =
    '{.ci,src,tasks,templates,inventories,docs}/**,*.md,LICENSE,*.json,.npmrc,test/package/pack.ts'
  const files = globSync(`{${parts}}`, { cwd: root, exclude: ['**/node_modules/**'], withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    // This file exists only while npm packs.
    .filter((file) => path.basename(file) !== 'npm-shrinkwrap.json')
  const hash = createHash('sha256')
  for (const file of files.toSorted()) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** The packages in the versions of this checkout, so that npm finds them in its cache. */
async function lockedVersions(names: readonly string[]): Promise<readonly string[]> {
  const lock = Locked.parse(JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')))
  return names.map((name) => `${name}@${lock.packages[`node_modules/${name}`]?.version ?? 'latest'}`)
}

/** Packs the checkout as `npm publish` would, and installs the tarball as a user would. */
async function make(folder: string): Promise<void> {
  const pack = await execa('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
  const manifest = { name: 'consumer', private: true, type: 'module' }
  await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest))
  const [{ filename }] = Packed.parse(JSON.parse(pack.stdout))
  // Without ssh2's compiled modules: they are not needed, and a machine may have no compiler.
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const own = await lockedVersions(['@types/node', 'zod'])
  await execa('npm', ['install', ...options, `./${filename}`, ...own], { cwd: folder })
  await writeFile(path.join(folder, 'pack.json'), pack.stdout)
}

/**
 * Packs and installs the package of this checkout, once for each state of the sources. It is kept in node_modules/.cache
 * until the sources change.
 */
export async function packAndInstall(): Promise<Pack> {
  const folder = path.join(cache, hashOfSources())
  await withLock(
    cache,
    () => undefined,
    async () => {
      if (existsSync(folder)) return
      await rm(cache, { recursive: true, force: true })
      await mkdir(cache, { recursive: true })
      // Renamed when it is complete, so that no other run finds half of it.
      const fresh = await mkdtemp(path.join(cache, 'fresh-'))
      await make(fresh)
      await rename(fresh, folder)
    },
  )
  const [{ filename, size, files }] = Packed.parse(
    JSON.parse(await readFile(path.join(folder, 'pack.json'), 'utf8')),
  )
  return {
    tarball: path.join(folder, filename),
    size,
    files: files.map((file) => file.path),
    installation: folder,
  }
}
