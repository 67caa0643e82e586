import { execa } from 'execa'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { packAndInstall, type Pack } from './pack.ts'

const consumer = path.join(import.meta.dirname, 'consumer')

/** The package, packed and installed in a user's folder that is otherwise empty. */
export interface Installed extends AsyncDisposable, Pack {
  /** A user's project with package.json, the scripts of consumer/, and node_modules, a link to the installation's. */
  readonly folder: string
}

/** Makes a user's project with the package. Disposing it removes the project; {@link packAndInstall} keeps its result. */
export async function installPackage(): Promise<Installed> {
  const pack = await packAndInstall()
  const folder = await mkdtemp(path.join(tmpdir(), 'planewright-package-'))
  await writeFile(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  await symlink(path.join(pack.installation, 'node_modules'), path.join(folder, 'node_modules'))
  await cp(consumer, folder, { recursive: true, filter: (file) => !file.endsWith('tsconfig.json') })
  return {
    ...pack,
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** The result of a program. */
export interface Ended {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs the installed command with a Node, from the PATH as a user does. */
export async function runInstalled(
  { folder }: Installed,
  node: string,
  args: readonly string[],
): Promise<Ended> {
  const program = path.join(folder, 'node_modules', '.bin', 'planewright')
  const { exitCode, stdout, stderr } = await execa(program, args, {
    cwd: folder,
    reject: false,
    env: { PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}` },
  })
  return { exitCode, stdout, stderr }
}
