/** A file of tests, with a guess of how long it takes. */
export interface ScheduledFile {
  readonly seconds: number
  /** Files with the same lane use something that only one of them can have: two of them never run at once. */
  readonly lane?: string
}

/**
 * The order in which files are handed to so many workers: the longest first, as a file that is begun last keeps all
 * waiting. A file with a lane comes first as soon as its lane is free: otherwise a worker would have to wait for it.
 */
export function schedule<T extends ScheduledFile>(files: readonly T[], workers: number): readonly T[] {
  const waiting = files.toSorted((one, other) => other.seconds - one.seconds)
  const order: T[] = []
  const laneEnds = new Map<string, number>()
  const workerEnds = Array.from({ length: workers }, () => 0)
  for (let now = 0; waiting.length > 0; now = Math.min(...workerEnds)) {
    const isFree = (lane: string): boolean => (laneEnds.get(lane) ?? 0) <= now
    const withLane = waiting.findIndex(({ lane }) => lane !== undefined && isFree(lane))
    const withoutLane = waiting.findIndex(({ lane }) => lane === undefined)
    const [file] = waiting.splice(withLane >= 0 ? withLane : Math.max(withoutLane, 0), 1)
    if (file === undefined) break
    order.push(file)
    // Where only files with a busy lane are left, the worker waits for it.
    const begin = Math.max(now, file.lane === undefined ? 0 : (laneEnds.get(file.lane) ?? 0))
    const end = begin + file.seconds
    workerEnds[workerEnds.indexOf(now)] = end
    if (file.lane !== undefined) laneEnds.set(file.lane, end)
  }
  return order
}
