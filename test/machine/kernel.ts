import { cp, mkdir, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { PlanewrightError } from '../../src/error.ts'
import { withScratchDirectory } from '../lab/cache.ts'
import { exists } from '../lab/exists.ts'
import type { Progress } from '../lab/progress.ts'
import { runProgram } from '../lab/run-program.ts'
import { makeInitramfs } from './initramfs.ts'
import { machineCache } from './place.ts'

/** Debian's kernel for virtual machines: ext4 is built in, and virtio comes as modules. */
const META_PACKAGE = 'linux-image-cloud-amd64'

const remedy = 'See that a Debian mirror can be reached from here, then run it again.'

/** A kernel that the emulator boots, and the files from its package that the disk needs. */
export interface Kernel {
  /** Like `6.1.0-56-cloud-amd64`. */
  readonly version: string
  readonly image: string
  readonly initramfs: string
  /** A folder with `lib/modules/<version>` and `boot/config-<version>`, to be copied over the machine's root. */
  readonly files: string
}

/**
 * Unpacks the kernel from Debian's package without installing it, so that the computer that runs this keeps its own.
 * The kernel is downloaded once. A kernel in the cache is used even if Debian has a newer one.
 *
 * @throws PlanewrightError `host` if the package cannot be downloaded
 */
export async function ensureKernel(progress: Progress): Promise<Kernel> {
  const cached = path.join(machineCache(), 'kernel')
  if (!(await exists(cached))) {
    await progress.step(`downloading Debian's ${META_PACKAGE} (only once)`, () => takeKernel(cached))
  }
  const [version] = await readdir(path.join(cached, 'files', 'lib', 'modules'))
  if (version === undefined) throw new PlanewrightError('internal', `there is no kernel in ${cached}`)
  return {
    version,
    image: path.join(cached, 'vmlinuz'),
    initramfs: path.join(cached, 'initramfs'),
    files: path.join(cached, 'files'),
  }
}

async function takeKernel(cached: string): Promise<void> {
  await withScratchDirectory(async (directory) => {
    const name = await findPackage()
    await runProgram('apt-get', ['download', '-qq', name], remedy, { cwd: directory })
    const archive = (await readdir(directory)).find((file) => file.endsWith('.deb')) ?? name
    await runProgram('dpkg-deb', ['--extract', archive, 'package'], remedy, { cwd: directory })
    const version = name.replace('linux-image-', '')
    const unpacked = path.join(directory, 'package')
    const kernel = path.join(directory, 'kernel')
    const files = path.join(kernel, 'files')
    await mkdir(path.join(files, 'boot'), { recursive: true })
    await cp(path.join(unpacked, 'lib'), path.join(files, 'lib'), { recursive: true })
    // kubeadm's preflight checks read this file.
    await cp(path.join(unpacked, 'boot', `config-${version}`), path.join(files, 'boot', `config-${version}`))
    await cp(path.join(unpacked, 'boot', `vmlinuz-${version}`), path.join(kernel, 'vmlinuz'))
    await runProgram('depmod', ['--basedir', files, version], 'Look at the package of the kernel.')
    await makeInitramfs(path.join(files, 'lib', 'modules', version), path.join(kernel, 'initramfs'))
    await mkdir(path.dirname(cached), { recursive: true })
    await rename(kernel, cached)
  })
}

/** Finds the package that contains the files: the meta package only depends on it. */
async function findPackage(): Promise<string> {
  await runProgram('apt-get', ['update', '-qq'], remedy)
  const depends = await runProgram('apt-cache', ['depends', META_PACKAGE], remedy)
  const name = /Depends: (linux-image-\d\S+)/.exec(depends)?.[1]
  if (name !== undefined) return name
  throw new PlanewrightError('host', `there is no package ${META_PACKAGE}`, { why: depends, remedy })
}
