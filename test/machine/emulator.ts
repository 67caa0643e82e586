import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { execa } from 'execa'
import type { Kernel } from './kernel.ts'
import type { Spared } from './kubeadm-config.ts'
import { suspendMachine } from './monitor.ts'

/** What runs the machine's processors. */
export interface Accelerator {
  readonly name: 'kvm' | 'tcg'
  readonly arguments: readonly string[]
  /** What the machine goes without, as it is too slow to bear all. */
  readonly spared: readonly Spared[]
}

/** A process that is a machine: its disk, its memory, its console. */
export interface Emulator {
  /** Where this machine reaches its sshd: a port on 127.0.0.1. */
  readonly sshPort: number
  readonly consoleFile: string
  readonly isRunning: () => boolean
  /** Writes the memory to a file, and ends: see EmulatorOptions.resume. */
  readonly suspend: (file: string) => Promise<void>
  /** The power goes, now: SIGKILL. Returns when the process is gone. */
  readonly cut: () => Promise<void>
}

export interface EmulatorOptions {
  readonly kernel: Pick<Kernel, 'image' | 'initramfs'>
  readonly accelerator: Accelerator
  /** A qcow2 image that nobody else uses; undefined for a machine that only shows that it boots. */
  readonly disk: string | undefined
  /** The memory of a machine that was suspended with the same disk: it goes on there, and does not boot. */
  readonly resume?: string
  readonly consoleFile: string
  /** A free port of 127.0.0.1 that leads to its sshd. */
  readonly sshPort: number
}

/**
 * What a `kill -9` of the emulator loses, and what it does not, by how QEMU keeps a qcow2 image (not measured here):
 *
 * - The memory of the machine is gone, and with it its page cache: every write that was neither synced nor written back
 *   yet. That is what a power cut takes from a program that has forgotten to sync.
 * - `cache=writeback` tells the machine that its disk has a write cache, so that it flushes it (FLUSH of virtio-blk)
 *   where something is synced. What it has not flushed is lost where it lies in a cluster that this image had not had
 *   before: which cluster is where is kept in the emulator's memory until a flush. Clusters of 4 KiB (disk.ts) make
 *   that the rule for files that are written anew.
 * - What was written, but not flushed, to a cluster that the image had already stays: it is in the page cache of this
 *   machine, which keeps its power. No torn sector and no reordering on the way to the platter is simulated.
 */
const DISK = 'if=none,id=disk,format=qcow2,cache=writeback,file='

/**
 * `noauto_da_alloc`: without it ext4 forgives whoever renames a file over another one and has not synced it (ext4(5)), as
 * other filesystems do not.
 */
const ROOT = 'root=/dev/vda rw rootflags=noauto_da_alloc'

/** Starts the machine; it goes when this process does. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { kernel, accelerator, disk, resume, consoleFile, sshPort } = options
  const socket = `${consoleFile}.qmp`
  await writeFile(consoleFile, '')
  const child = execa(
    'setpriv',
    [
      // However we end: a machine that nobody knows of any more would eat the processors for ever.
      ...['--pdeathsig', 'KILL', '--', 'qemu-system-x86_64'],
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot'],
      ...accelerator.arguments,
      ...['-smp', '2', '-m', disk === undefined ? '512' : '4096'],
      ...['-kernel', kernel.image, '-initrd', kernel.initramfs],
      ...['-append', `console=ttyS0 panic=1 mitigations=off quiet loglevel=5 ${ROOT}`],
      ...['-serial', `file:${consoleFile}`],
      ...(disk === undefined ? [] : ['-drive', `${DISK}${disk}`, '-device', 'virtio-blk-pci,drive=disk']),
      ...(resume === undefined ? [] : ['-incoming', `exec:cat '${resume}'`]),
      ...['-qmp', `unix:${socket},server=on,wait=off`],
      ...['-netdev', `user,id=net,hostfwd=tcp:127.0.0.1:${sshPort}-:22`],
      ...['-device', 'virtio-net-pci,netdev=net,romfile='],
    ],
    { reject: false, stdin: 'ignore', stdout: 'ignore', cleanup: true },
  )
  let isRunning = true
  const ended = child.then(({ stderr }) => {
    isRunning = false
    return stderr
  })
  const cut = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return {
    sshPort,
    consoleFile,
    isRunning: () => isRunning,
    cut,
    async suspend(file) {
      await suspendMachine(socket, file)
      await ended
    },
  }
}

/** Whether the console shows this within so many milliseconds; no, as soon as the machine is gone. */
export async function consoleShows(
  { consoleFile, isRunning }: Pick<Emulator, 'consoleFile' | 'isRunning'>,
  words: string,
  milliseconds: number,
): Promise<boolean> {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    if ((await readFile(consoleFile, 'latin1')).includes(words)) return true
    if (!isRunning()) return false
    await pause(200)
  }
  return false
}

/** The last lines of a console. */
export async function consoleEnd(consoleFile: string): Promise<string> {
  return (await readFile(consoleFile, 'latin1')).trim().split('\n').slice(-15).join('\n')
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port')
  return address.port
}
