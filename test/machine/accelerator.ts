import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import type { Progress } from '../lab/progress.ts'
import { consoleShows, findFreePort, startEmulator, type Accelerator } from './emulator.ts'
import { FIRST_WORDS } from './initramfs.ts'
import type { Kernel } from './kernel.ts'
import { logDirectory } from './place.ts'

const KVM: Accelerator = { name: 'kvm', arguments: ['-accel', 'kvm', '-cpu', 'host'], spared: [] }

/**
 * Without KVM, QEMU translates every instruction, which makes the machine about ten times slower. planewright and the
 * guard send no requests to the controller manager or the scheduler. Starting each of these two takes half as much as
 * starting kube-apiserver.
 */
const EMULATION: Accelerator = {
  name: 'tcg',
  arguments: ['-accel', 'tcg,thread=multi', '-cpu', 'max'],
  spared: ['controller-manager', 'scheduler'],
}

/** Milliseconds to wait until a kernel starts its first program. With emulation, it takes five seconds. */
const PATIENCE = 15_000

/**
 * Returns KVM if a kernel boots with it, else emulation. It is not enough that /dev/kvm can be opened: with some
 * paravirtual devices, a kernel that was not made for them hangs. So this function boots one.
 */
export async function findAccelerator(kernel: Kernel, progress: Progress): Promise<Accelerator> {
  if (!canOpen('/dev/kvm')) {
    progress.note('cannot open /dev/kvm: QEMU emulates the machine, which is about ten times slower')
    return EMULATION
  }
  const boots = await progress.step('checking whether a kernel boots with KVM', () => bootsWith(KVM, kernel))
  if (boots) return KVM
  progress.note(
    `no kernel booted with KVM (waited up to ${PATIENCE / 1_000} s): QEMU emulates the machine, about ten times slower`,
  )
  return EMULATION
}

async function bootsWith(accelerator: Accelerator, kernel: Kernel): Promise<boolean> {
  const consoleFile = path.join(logDirectory, `${accelerator.name}.console`)
  const sshPort = await findFreePort()
  const emulator = await startEmulator({ kernel, accelerator, disk: undefined, consoleFile, sshPort })
  try {
    return await consoleShows(emulator, FIRST_WORDS, PATIENCE)
  } finally {
    await emulator.cut()
  }
}

function canOpen(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}
