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

/** The packed package, and what npm makes of it in a folder of a user's. */
export interface Pack {
  readonly tarball: string
  /** Bytes of the tarball. */
  readonly size: number
  /** All that the tarball holds, by path in the package. */
  readonly files: readonly string[]
  /** The folder with node_modules: planewright, and what a user who writes TypeScript has of their own. */
  readonly installation: string
}

/** A hash of all that the package is made of, and of what it is installed with. */
function hashOfSources(): string {
  const parts =
    '{.ci,src,tasks,templates,inventories,docs}/**,*.md,LICENSE,*.json,.npmrc,test/package/pack.ts'
  const files = globSync(`{${parts}}`, { cwd: root, exclude: ['**/node_modules/**'], withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => path.join(file.parentPath, file.name))
    // It is there while somebody packs.
    .filter((file) => path.basename(file) !== 'npm-shrinkwrap.json')
  const hash = createHash('sha256')
  for (const file of files.toSorted()) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex').slice(0, 16)
}

/** The versions that this checkout has, so that npm finds them in its cache. */
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
  // ssh2's compiled parts are not needed, and nobody's machine has to have a compiler for this.
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  const own = await lockedVersions(['@types/node', 'zod'])
  await execa('npm', ['install', ...options, `./${filename}`, ...own], { cwd: folder })
  await writeFile(path.join(folder, 'pack.json'), pack.stdout)
}

/**
 * The package of this checkout, installed. It is packed once for each state of the sources, however many test files ask,
 * and kept in node_modules/.cache until there is another state.
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
      // Under its own name once it is whole.
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
