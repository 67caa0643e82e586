import { readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { exists } from '../lab/exists.ts'
import { hashRecipe } from '../lab/images/recipe.ts'
import type { Progress } from '../lab/progress.ts'
import { runProgram } from '../lab/run-program.ts'
import { describeFiles, type Description } from './description.ts'
import { ensureBareDisk, layDisk, type BareDisk } from './disk.ts'
import { findFreePort, startEmulator, type Accelerator } from './emulator.ts'
import { awaitGuest, type Guest } from './guest.ts'
import { renderMachineInit } from './kubeadm-config.ts'
import { logDirectory, machineCache, runDirectory } from './place.ts'
import { awaitServing } from './serving.ts'

const FILES = { disk: 'disk.qcow2', memory: 'memory', files: 'files.json' } as const

/** The machine after `kubeadm init`: its kube-apiserver is ready, and the machine is suspended. */
export interface PreparedMachine extends Pick<BareDisk, 'kernel' | 'keys'> {
  /** A qcow2 image that nobody writes to: each machine gets a new disk on top of it. */
  readonly disk: string
  /** The file with the machine's memory. */
  readonly memory: string
  /** The files on the disk. */
  readonly files: Description
}

/** Makes one control plane, once: boots a machine, runs `kubeadm init` on it, and suspends it. */
export async function ensurePreparedMachine(
  kubernetes: string,
  accelerator: Accelerator,
  progress: Progress,
): Promise<PreparedMachine> {
  const bare = await ensureBareDisk(kubernetes, progress)
  const config = renderMachineInit(kubernetes, accelerator.spared)
  // Only the same emulator can resume from the memory.
  const emulator = await runProgram('qemu-system-x86_64', ['--version'], 'See why it does not run.')
  const ingredients = [bare.file, config, accelerator.name, emulator]
  const key = hashRecipe({ name: 'prepared', ingredients, files: {} })
  const prepared = path.join(machineCache(), `prepared-${key}`)
  if (!(await exists(prepared))) {
    const made = path.join(runDirectory(), 'prepared')
    await layDisk(bare.file, 'raw', path.join(made, FILES.disk))
    await prepare(bare, made, config, accelerator, progress)
    // The rename comes last, so that nobody finds a half-made machine there.
    await rename(made, prepared)
  }
  const described = await readFile(path.join(prepared, FILES.files), 'utf8')
  return {
    disk: path.join(prepared, FILES.disk),
    memory: path.join(prepared, FILES.memory),
    files: z.record(z.string(), z.string()).parse(JSON.parse(described)),
    kernel: bare.kernel,
    keys: bare.keys,
  }
}

async function prepare(
  bare: BareDisk,
  made: string,
  config: string,
  accelerator: Accelerator,
  progress: Progress,
): Promise<void> {
  const disk = path.join(made, FILES.disk)
  const consoleFile = path.join(logDirectory, 'prepare.console')
  const sshPort = await findFreePort()
  const emulator = await startEmulator({ kernel: bare.kernel, accelerator, disk, consoleFile, sshPort })
  try {
    const guest = await progress.step('booting the machine for the first time', () =>
      awaitGuest(emulator, bare.keys, runDirectory()),
    )
    await progress.step('kubeadm init', () => initialize(guest, config))
    await progress.step('waiting for /readyz', () => awaitServing(guest))
    const files = await describeFiles(guest)
    await writeFile(path.join(made, FILES.files), JSON.stringify(files, undefined, 2))
    await progress.step('suspending the machine', async () => {
      await guest.run('writing everything to the disk', 'sync')
      await emulator.suspend(path.join(made, FILES.memory))
    })
  } finally {
    await emulator.cut()
  }
}

async function initialize(guest: Guest, config: string): Promise<void> {
  await guest.run(
    'kubeadm init',
    `umask 077
cat >/root/kubeadm.yaml <<'CONFIG'
${config}CONFIG
kubeadm init --config /root/kubeadm.yaml 2>&1`,
  )
}
