import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import type { Progress } from '../lab/progress.ts'
import { consoleShows, findFreePort, startEmulator, type Accelerator } from './emulator.ts'
import { FIRST_WORDS } from './initramfs.ts'
import type { Kernel } from './kernel.ts'
import { logDirectory } from './place.ts'

const KVM: Accelerator = { name: 'kvm', arguments: ['-accel', 'kvm', '-cpu', 'host'], spared: [] }

/**
 * Without KVM every instruction is translated: some ten times slower. Neither planewright nor the guard asks the controller
 * manager or the scheduler for anything, and each takes half as much of a start as the apiserver.
 */
const EMULATION: Accelerator = {
  name: 'tcg',
  arguments: ['-accel', 'tcg,thread=multi', '-cpu', 'max'],
  spared: ['controller-manager', 'scheduler'],
}

/** Milliseconds in which a kernel has started its first program. With emulation it takes five seconds. */
const PATIENCE = 15_000

/**
 * KVM where a kernel boots with it, else emulation. A device that can be opened is no proof: there are paravirtual ones
 * with which a kernel not made for them hangs, so one is booted.
 */
export async function findAccelerator(kernel: Kernel, progress: Progress): Promise<Accelerator> {
  if (!canOpen('/dev/kvm')) {
    progress.note('there is no /dev/kvm that can be opened: the machine is emulated, some ten times slower')
    return EMULATION
  }
  const boots = await progress.step('trying whether a kernel boots with KVM', () => bootsWith(KVM, kernel))
  if (boots) return KVM
  progress.note(
    `no program ran with KVM (tried for ${PATIENCE / 1_000} s at most): the machine is emulated, some ten times slower`,
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
