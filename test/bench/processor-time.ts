import { readFileSync } from 'node:fs'

/** Linux reports times to user space in hundredths of a second, whatever the kernel's own tick is (time(7)). */
const millisecondsPerTick = 10

/**
 * Milliseconds of processor time of all children that have ended, and of their children. Undefined if there is no /proc.
 * Unlike wall-clock time, it does not include the work of other programs.
 */
export function childrenProcessorTime(): number | undefined {
  try {
    return childrenTime(readFileSync('/proc/self/stat', 'utf8'))
  } catch {
    return undefined
  }
}

/** Reads fields 16 and 17 of a stat line, cutime and cstime (proc(5)). The name in field 2 may contain spaces. */
export function childrenTime(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * millisecondsPerTick
}
