import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second towards user space, whatever the kernel's own tick (time(7)). */
const millisecondsPerTick = 10

/**
 * Milliseconds of processor time of all children that have ended, theirs included; undefined where there is no
 * /proc. Unlike the clock it does not count what other programs of the machine did meanwhile.
 */
export function childrenProcessorTime(): number | undefined {
  try {
    return childrenTime(readFileSync('/proc/self/stat', 'utf8'))
  } catch {
    return undefined
  }
}

/** Fields 16 and 17 of a stat line, cutime and cstime (proc(5)); the name before them may hold spaces. */
export function childrenTime(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[13]) + Number(fields[14])) * millisecondsPerTick
}
