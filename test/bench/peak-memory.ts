import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from './command.ts'
import { startCommand } from './run-command.ts'

export interface PeakMemory {
  /** Kilobytes of resident memory of the largest process in the tree. */
  readonly largest: number
  /** Kilobytes of all processes in the tree together. Shared pages count once for each process. */
  readonly together: number
}

/** Milliseconds between two looks. The kernel keeps the peak, so a look misses only growth after it, at the very end. */
const interval = 2

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // The process has ended.
    return ''
  }
}

function tree(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`)
  return [pid, ...children.split(' ').filter(Boolean).map(Number).flatMap(tree)]
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
}

/**
 * Runs a command once to measure its memory. This is a run of its own, because the looks take time. Undefined on systems
 * other than Linux, which have no /proc.
 */
export async function measurePeakMemory(command: Command): Promise<PeakMemory | undefined> {
  if (process.platform !== 'linux') return undefined
  const { pid, ended } = startCommand(command)
  let isOver = false
  const end = ended.finally(() => (isOver = true))
  let largest = 0
  let together = 0
  const look = async (): Promise<void> => {
    while (!isOver) {
      const statuses = tree(pid).map((one) => read(`/proc/${one}/status`))
      largest = Math.max(largest, ...statuses.map((status) => kilobytes(status, 'VmHWM')))
      const now = statuses.map((status) => kilobytes(status, 'VmRSS'))
      together = Math.max(
        together,
        now.reduce((sum, one) => sum + one, 0),
      )
      await wait(interval)
    }
  }
  await Promise.all([end, look()])
  return { largest, together }
}
