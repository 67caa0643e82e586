import { chmod, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { execa } from 'execa'
import { PlanewrightError } from '../../src/error.ts'

/** The kernel modules for the disk, then those for the network. Each is loaded after the ones that it needs. */
const MODULES = [
  'virtio_ring',
  'virtio',
  'virtio_pci_modern_dev',
  'virtio_pci_legacy_dev',
  'virtio_pci',
  'virtio_blk',
  'failover',
  'net_failover',
  'virtio_net',
]

/** The console shows these words as soon as the first program runs. The kernel has booted by then. */
export const FIRST_WORDS = 'planewright: init runs'

/** Runs before the machine's own init, and makes /dev/vda the root filesystem. */
const INIT = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /dev /new
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
echo '${FIRST_WORDS}'
for module in ${MODULES.join(' ')}; do
  /bin/busybox insmod /modules/$module.ko
done
until [ -b /dev/vda ]; do /bin/busybox sleep 0.1; done
options=$(/bin/busybox sed -n 's/.*rootflags=\\([^ ]*\\).*/\\1/p' /proc/cmdline)
/bin/busybox mount -t ext4 -o "\${options:-rw}" /dev/vda /new
/bin/busybox umount /proc
/bin/busybox umount /dev
exec /bin/busybox switch_root /new /sbin/init
`

/**
 * Makes the archive that a kernel boots with.
 *
 * @param modules the kernel's `lib/modules/<version>`
 * @throws PlanewrightError `host` if a module is missing
 */
export async function makeInitramfs(modules: string, file: string): Promise<void> {
  const directory = `${file}.d`
  await mkdir(path.join(directory, 'bin'), { recursive: true })
  await mkdir(path.join(directory, 'modules'))
  await copyFile(await findBusybox(), path.join(directory, 'bin', 'busybox'))
  await writeFile(path.join(directory, 'init'), INIT)
  await chmod(path.join(directory, 'init'), 0o755)
  const paths = await readdir(modules, { recursive: true })
  for (const name of MODULES) {
    const found = paths.find((entry) => path.basename(entry) === `${name}.ko`)
    if (found === undefined) {
      throw new PlanewrightError('host', `the kernel has no module ${name}`, {
        why: `there is no ${name}.ko in ${modules}`,
        remedy:
          'This kernel is put together in another way than that of Debian 12, which is the one known to work.',
      })
    }
    await copyFile(path.join(modules, found), path.join(directory, 'modules', `${name}.ko`))
  }
  const names = ['.', ...(await readdir(directory, { recursive: true }))]
  const { stdout } = await execa('cpio', ['--create', '--format=newc', '--quiet'], {
    cwd: directory,
    input: `${names.join('\n')}\n`,
    encoding: 'buffer',
  })
  await writeFile(file, stdout)
  await rm(directory, { recursive: true })
}

async function findBusybox(): Promise<string> {
  const { stdout } = await execa('sh', ['-c', 'command -v busybox'])
  return stdout
}
