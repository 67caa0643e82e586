import { PlanewrightError } from '../../src/error.ts'
import { canInstallPackages, installPackages, isOnPath } from '../lab/packages.ts'
import type { Progress } from '../lab/progress.ts'

/** The programs that make a disk and run a machine, with the Debian package for each. */
const PROGRAMS: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  busybox: 'busybox-static',
  cpio: 'cpio',
  'mkfs.ext4': 'e2fsprogs',
  depmod: 'kmod',
  ssh: 'openssh-client',
}

/**
 * Makes sure that all programs are installed. On Debian, as root, it installs those that are missing.
 *
 * @throws PlanewrightError `host` with the missing programs, if it cannot install them
 */
export async function ensurePrograms(progress: Progress): Promise<void> {
  if (process.arch !== 'x64' || process.getuid?.() !== 0) {
    throw new PlanewrightError('host', 'the virtual machine cannot be made here', {
      why: `it takes root (the files of its disk belong to many users) and an amd64 machine; this is ${process.arch}`,
      remedy: 'Run it as root on an amd64 machine with Debian.',
    })
  }
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isOnPath(program))
  // This also fails if no program is missing: apt-get has to download the kernel from a mirror.
  if (!(await canInstallPackages())) {
    throw new PlanewrightError('host', 'the virtual machine cannot be made here', {
      why: `apt-get is not there, so nothing gets the kernel ready${missing.length === 0 ? '' : `; missing: ${missing.map(([program]) => program).join(', ')}`}`,
      remedy: 'Run it as root on an amd64 machine with Debian.',
    })
  }
  await installPackages(
    missing.map(([, name]) => name),
    missing.map(([program]) => program),
    progress,
  )
}
