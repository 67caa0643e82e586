import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one that got the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks after boot (proc(5), field 22 of /proc/PID/stat); empty where there is no /proc. */
  readonly startTime: string
}

/** The identity of a running process, or undefined when there is none with this number. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return { pid, startTime: startTimeOf(stat) }
  } catch {
    return process.platform === 'linux' || !answersSignals(pid) ? undefined : { pid, startTime: '' }
  }
}

/** Whether it is this very process that runs, and not another one with its number. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTime === identity.startTime
}

/** Field 22 of a stat line; the command name before it may contain spaces and brackets. */
export function startTimeOf(stat: string): string {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ')
  // A zombie has ended, only its parent has not asked yet.
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '')
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
