import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Progress } from '../lab/progress.ts'
import { layDisk } from './disk.ts'
import { findFreePort, startEmulator, type Accelerator, type Emulator } from './emulator.ts'
import { awaitGuest, type Guest } from './guest.ts'
import { logDirectory, runDirectory } from './place.ts'
import type { PreparedMachine } from './prepared-machine.ts'
import { awaitServing } from './serving.ts'

/** What it takes to start a machine, and where to report progress. */
export interface Workshop {
  readonly prepared: PreparedMachine
  readonly accelerator: Accelerator
  readonly progress: Progress
}

/** A machine that can be switched on and off. Its disk keeps what the machine wrote, and its sshd keeps its port. */
export interface Machine {
  readonly name: string
  readonly disk: string
  readonly sshPort: number
}

/** Runs `use` with a machine on a new disk on top of the prepared one. Removes the new disk afterwards. */
export async function withMachine<T>(
  name: string,
  { prepared }: Workshop,
  use: (machine: Machine) => Promise<T>,
): Promise<T> {
  const disk = path.join(runDirectory(), `${name}.qcow2`)
  await layDisk(prepared.disk, 'qcow2', disk)
  try {
    return await use({ name, disk, sshPort: await findFreePort() })
  } finally {
    await rm(disk, { force: true })
  }
}

/**
 * Resumes the machine where it was suspended, runs `use`, then cuts the power. Nothing may have been written to its
 * disk yet.
 */
export async function withResumed<T>(
  { name, disk, sshPort }: Machine,
  { prepared, accelerator, progress }: Workshop,
  use: (guest: Guest) => Promise<T>,
): Promise<T> {
  const { kernel, keys, memory: resume } = prepared
  const consoleFile = path.join(logDirectory, `${name}.console`)
  const emulator = await startEmulator({ kernel, accelerator, disk, resume, consoleFile, sshPort })
  return withPower(emulator, async () => {
    const guest = await progress.step(`${name}: resuming the machine`, async () => {
      const resumed = await awaitGuest(emulator, keys, runDirectory())
      // The clock of a resumed machine still shows when the machine was suspended.
      await resumed.run('setting the clock', `date -u -s @${Math.round(Date.now() / 1_000)}`)
      await awaitServing(resumed)
      return resumed
    })
    return use(guest)
  })
}

/** Boots the machine, runs `use` as soon as one can log in, then cuts the power. */
export async function withBooted<T>(
  { name, disk, sshPort }: Machine,
  { prepared, accelerator, progress }: Workshop,
  use: (guest: Guest) => Promise<T>,
): Promise<T> {
  const { kernel, keys } = prepared
  const consoleFile = path.join(logDirectory, `${name}-again.console`)
  const emulator = await startEmulator({ kernel, accelerator, disk, consoleFile, sshPort })
  return withPower(emulator, async () =>
    use(await progress.step(`${name}: booting again`, () => awaitGuest(emulator, keys, runDirectory()))),
  )
}

/** Cuts the power when `use` returns or throws. */
async function withPower<T>(emulator: Emulator, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } finally {
    await emulator.cut()
  }
}
