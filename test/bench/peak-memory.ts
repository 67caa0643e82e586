import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { Command } from './command.ts'
import { startCommand } from './run-command.ts'

export interface PeakMemory {
  /** Kilobytes of resident memory, of the process of the tree that had the most. */
  readonly largest: number
  /** Kilobytes, all processes of the tree together; pages that they share count for each. */
  readonly together: number
}

/** Milliseconds between two looks. The kernel keeps the peak, so a late look loses only what grew at the very end. */
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
 * Runs a command once for its memory alone: looking costs time. Undefined where there is no /proc.
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
