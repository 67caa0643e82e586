import { execa } from 'execa'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { packAndInstall, type Pack } from './pack.ts'

const consumer = path.join(import.meta.dirname, 'consumer')

/** The package, packed and installed in an otherwise empty folder of a user's. */
export interface Installed extends AsyncDisposable, Pack {
  /** A user's project: package.json, node_modules (a link to the installation's), and the scripts of consumer/. */
  readonly folder: string
}

/** A user's project with the package. It is removed with the answer; see {@link packAndInstall} for what stays. */
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

/** What a program came to. */
export interface Ended {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** Runs the installed command on a Node, as a user has it on the PATH. */
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
