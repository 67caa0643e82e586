import { readFileSync } from 'node:fs'

/** The identity of a process. The start time distinguishes it from a later process with the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks after boot (proc(5), field 22 of /proc/PID/stat). Empty if there is no /proc. */
  readonly startTime: string
}

/** The identity of a running process. Undefined if no process has this pid. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return { pid, startTime: startTimeOf(stat) }
  } catch {
    return process.platform === 'linux' || !answersSignals(pid) ? undefined : { pid, startTime: '' }
  }
}

/** Whether this process still runs, and not another one with its pid. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTime === identity.startTime
}

/** Reads field 22 of a stat line. The command name in field 2 may contain spaces and brackets. */
export function startTimeOf(stat: string): string {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .trim()
    .split(' ')
  // A zombie has ended, but its parent has not yet read its exit code.
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
