import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { Progress } from '../lab/progress.ts'
import { layDisk } from './disk.ts'
import { findFreePort, startEmulator, type Accelerator, type Emulator } from './emulator.ts'
import { awaitGuest, type Guest } from './guest.ts'
import { logDirectory, runDirectory } from './place.ts'
import type { PreparedMachine } from './prepared-machine.ts'
import { awaitServing } from './serving.ts'

/** What a machine is made of, and who is told of it. */
export interface Workshop {
  readonly prepared: PreparedMachine
  readonly accelerator: Accelerator
  readonly progress: Progress
}

/** A machine that can be switched on and off: its disk keeps what was written, and it is reached at the same port. */
export interface Machine {
  readonly name: string
  readonly disk: string
  readonly sshPort: number
}

/** A machine on top of the prepared disk, for as long as somebody uses it. */
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

/** Goes on where the machine was suspended; only for a disk on which nothing was written yet. */
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
      // To the machine no time has passed.
      await resumed.run('setting the clock', `date -u -s @${Math.round(Date.now() / 1_000)}`)
      await awaitServing(resumed)
      return resumed
    })
    return use(guest)
  })
}

/** Boots the machine; `use` begins as soon as one can log in. */
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

/** However it ends, the power goes. */
async function withPower<T>(emulator: Emulator, use: () => Promise<T>): Promise<T> {
  try {
    return await use()
  } finally {
    await emulator.cut()
  }
}
