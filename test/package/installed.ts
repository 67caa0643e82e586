import { execa } from 'execa'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'

const root = path.join(import.meta.dirname, '..', '..')
const consumer = path.join(import.meta.dirname, 'consumer')

const Packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })])
const Locked = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) })

/** The package, packed and installed in an otherwise empty folder of a user's. */
export interface Installed extends AsyncDisposable {
  /** A user's project: package.json, node_modules, and the scripts of consumer/. */
  readonly folder: string
  /** All that the tarball holds, by path in the package. */
  readonly files: readonly string[]
}

/** The versions that this checkout has, so that npm finds them in its cache. */
async function lockedVersions(names: readonly string[]): Promise<readonly string[]> {
  const lock = Locked.parse(JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')))
  return names.map((name) => `${name}@${lock.packages[`node_modules/${name}`]?.version ?? 'latest'}`)
}

/**
 * Packs the checkout as `npm publish` would, and installs the tarball as a user would who writes TypeScript. The
 * folder is removed with the answer.
 */
export async function installPackage(): Promise<Installed> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planewright-package-'))
  const dispose = () => rm(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    const pack = await execa('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root })
    const [{ filename, files }] = Packed.parse(JSON.parse(pack.stdout))
    const manifest = { name: 'consumer', private: true, type: 'module' }
    await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest))
    const tools = await lockedVersions(['typescript', '@types/node'])
    // ssh2's compiled parts are not needed, and nobody's machine has to have a compiler for this.
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
    await execa('npm', ['install', ...options, `./${filename}`, ...tools], { cwd: folder })
    for (const script of ['apply.ts', 'own-task.ts', 'take-back.ts'])
      await cp(path.join(consumer, script), path.join(folder, script))
    return { folder, files: files.map((file) => file.path), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}
