import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { execa } from 'execa'
import type { Kernel } from './kernel.ts'
import type { Spared } from './kubeadm-config.ts'
import { suspendMachine } from './monitor.ts'

/** How QEMU runs the machine's processors. */
export interface Accelerator {
  readonly name: 'kvm' | 'tcg'
  readonly arguments: readonly string[]
  /** Components that the machine runs without, because it is too slow for all of them. */
  readonly spared: readonly Spared[]
}

/** A QEMU process that runs one machine, with its disk, its memory and its console. */
export interface Emulator {
  /** The port on 127.0.0.1, on the computer that runs QEMU, that leads to the machine's sshd. */
  readonly sshPort: number
  readonly consoleFile: string
  readonly isRunning: () => boolean
  /** Writes the machine's memory to a file, and ends the process. See EmulatorOptions.resume. */
  readonly suspend: (file: string) => Promise<void>
  /** Cuts the power at once, with SIGKILL. Returns when the process is gone. */
  readonly cut: () => Promise<void>
}

export interface EmulatorOptions {
  readonly kernel: Pick<Kernel, 'image' | 'initramfs'>
  readonly accelerator: Accelerator
  /** A qcow2 image that no other process uses; undefined for a machine that only shows whether it boots. */
  readonly disk: string | undefined
  /**
   * The memory of a machine that was suspended with the same disk. The new machine goes on from there instead of
   * booting.
   */
  readonly resume?: string
  readonly consoleFile: string
  /** A free port on 127.0.0.1. QEMU forwards it to the machine's sshd. */
  readonly sshPort: number
}

/**
 * What a `kill -9` of the emulator loses and what it keeps. This follows from how QEMU handles a qcow2 image; nobody
 * has measured it here.
 *
 * - The machine loses its memory and the page cache in it: every write that was neither synced nor written back yet.
 *   A power cut takes the same from a program that forgot to sync.
 * - `cache=writeback` tells the machine that its disk has a write cache. So the machine flushes that cache (FLUSH of
 *   virtio-blk) when a program syncs. An unflushed write is lost if it is in a cluster that the image did not have
 *   before: until a flush, only the emulator's memory knows where such a cluster is. With clusters of 4 KiB
 *   (disk.ts), that is the rule for files that are written anew.
 * - An unflushed write to a cluster that the image already had is kept. It is in the page cache of the computer that
 *   runs QEMU, and that computer keeps its power.
 * - Nothing simulates torn sectors, or writes that are reordered on their way to the platter.
 */
const DISK = 'if=none,id=disk,format=qcow2,cache=writeback,file='

/**
 * `noauto_da_alloc`: without it, ext4 protects a program that renames a file over another one and forgot to sync it
 * (ext4(5)). Other filesystems do not.
 */
const ROOT = 'root=/dev/vda rw rootflags=noauto_da_alloc'

/** Starts the machine. It ends when this process ends. */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { kernel, accelerator, disk, resume, consoleFile, sshPort } = options
  const socket = `${consoleFile}.qmp`
  await writeFile(consoleFile, '')
  const child = execa(
    'setpriv',
    [
      // setpriv makes the kernel kill QEMU, however this process ends. Otherwise, a machine that nobody knows about
      // would use the processors for ever.
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

/**
 * Whether the console shows these words within so many milliseconds. Returns false as soon as the machine has ended.
 */
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

/** A port on 127.0.0.1 on which no process listens. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no port')
  return address.port
}
