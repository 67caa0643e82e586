import { randomBytes } from 'node:crypto'
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { ensureEngine } from '../lab/engine.ts'
import type { Progress } from '../lab/progress.ts'
import { runProgram } from '../lab/run-program.ts'
import type { Kernel } from './kernel.ts'
import type { Keys } from './keys.ts'

/**
 * Files that are copied over the node image: the network, modules and settings that a container gets from its engine.
 */
export const OVERLAY = path.join(import.meta.dirname, 'root')

const LOAD_IMAGES = path.join(import.meta.dirname, 'load-images.sh')

const remedy = 'Look at what it says; `npm run lab -- up` shows whether the node image itself is good.'

/** Makes a folder with all files of the machine, from one of the lab's node images. */
export async function makeRootFolder(
  folder: string,
  image: string,
  kernel: Kernel,
  keys: Keys,
  progress: Progress,
): Promise<void> {
  await mkdir(folder)
  await exportImage(image, folder, progress)
  await runProgram('unshare', ['--mount', 'sh', LOAD_IMAGES, folder], remedy)
  await runProgram('cp', ['-a', `${OVERLAY}/.`, `${folder}/`], remedy)
  await runProgram('cp', ['-a', `${kernel.files}/lib/.`, `${folder}/lib/`], remedy)
  await runProgram('cp', ['-a', `${kernel.files}/boot/.`, `${folder}/boot/`], remedy)
  await runProgram('chown', ['-R', '0:0', `${folder}/etc/hosts`, `${folder}/etc/systemd/system`], remedy)
  await writeFile(path.join(folder, 'etc', 'machine-id'), `${randomBytes(16).toString('hex')}\n`)
  await placeKeys(folder, keys)
  await adaptUnits(path.join(folder, 'etc', 'systemd', 'system'))
  const runtime = path.join(folder, 'etc', 'containerd', 'config.toml')
  await writeFile(runtime, adaptContainerd(await readFile(runtime, 'utf8')))
}

/** Unpacks the image's files as a container would have them. */
async function exportImage(image: string, folder: string, progress: Progress): Promise<void> {
  const { docker } = await ensureEngine(progress)
  const container = await docker.createContainer({ Image: image, Labels: { 'planewright.machine': 'disk' } })
  try {
    const unpack = execa(
      'tar',
      ['--extract', '--directory', folder, '--numeric-owner', '--exclude=dev/*', '--exclude=./dev/*'],
      { stdin: 'pipe' },
    )
    await Promise.all([pipeline(await container.export(), unpack.stdin), unpack])
  } finally {
    await container.remove({ force: true, v: true })
  }
}

async function placeKeys(folder: string, keys: Keys): Promise<void> {
  await copyFile(keys.hostKeyFile, path.join(folder, 'etc', 'ssh', 'ssh_host_ed25519_key'))
  await copyFile(`${keys.hostKeyFile}.pub`, path.join(folder, 'etc', 'ssh', 'ssh_host_ed25519_key.pub'))
  await mkdir(path.join(folder, 'root', '.ssh'), { recursive: true, mode: 0o700 })
  await copyFile(`${keys.privateKeyFile}.pub`, path.join(folder, 'root', '.ssh', 'authorized_keys'))
}

/** A container leaves kernel modules to its host, but a machine loads its own. The images are already there. */
async function adaptUnits(units: string): Promise<void> {
  await rm(path.join(units, 'systemd-modules-load.service'), { force: true })
  await rm(path.join(units, 'multi-user.target.wants', 'lab-images.service'), { force: true })
  const wanted = path.join(units, 'multi-user.target.wants', 'machine-network.service')
  await symlink('/etc/systemd/system/machine-network.service', wanted)
}

/**
 * Turns the containerd settings of a container into those of a machine. kubeadm's documents ask for the systemd
 * cgroup driver if systemd is the init system. A machine can also set the OOM scores that the kubelet asks for.
 */
export function adaptContainerd(settings: string): string {
  const scored = settings.replace(/restrict_oom_score_adj = true/, 'restrict_oom_score_adj = false')
  if (/SystemdCgroup *= *true/.test(scored)) return scored
  return `${scored.trimEnd()}
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      SystemdCgroup = true
`
}
