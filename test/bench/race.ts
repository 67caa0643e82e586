import type { BenchContext } from './bench.ts'
import type { Command } from './command.ts'
import { measurePeakMemory } from './peak-memory.ts'
import { childrenProcessorTime } from './processor-time.ts'
import { startCommand } from './run-command.ts'

export interface Contender {
  readonly name: string
  readonly command: Command
}

/** The measurements of one contender. The same index in each list is the same round. */
export interface Lap {
  readonly name: string
  readonly milliseconds: readonly number[]
  /** The processor time of all its processes, to 10 ms. Empty if the system does not report it. */
  readonly processorMilliseconds: readonly number[]
  /** Kilobytes of the largest process, and of all together. Undefined if the system does not report it. */
  readonly peakKilobytes?: { readonly largest: number; readonly together: number } | undefined
}

interface Record {
  readonly milliseconds: number[]
  readonly processorMilliseconds: number[]
}

async function runOnce(command: Command, record: Record): Promise<void> {
  const before = childrenProcessorTime()
  record.milliseconds.push(await startCommand(command).ended)
  const after = childrenProcessorTime()
  if (before !== undefined && after !== undefined) record.processorMilliseconds.push(after - before)
}

/**
 * Runs the contenders in turns, A B A B …, so that other work of the machine slows all of them alike. A first round does
 * not count, because it reads the files from disk.
 */
export async function race(
  contenders: readonly Contender[],
  { rounds, progress, signal }: BenchContext & { readonly rounds: number },
): Promise<readonly Lap[]> {
  const records = contenders.map(() => ({ milliseconds: [], processorMilliseconds: [] }))
  const names = contenders.map((contender) => contender.name).join(', ')
  await progress.step(`${rounds} rounds of ${names}`, async () => {
    for (let round = 0; round <= rounds; round += 1) {
      for (const [index, { command }] of contenders.entries()) {
        signal.throwIfAborted()
        const unrecorded = { milliseconds: [], processorMilliseconds: [] }
        await runOnce(command, round === 0 ? unrecorded : (records[index] ?? unrecorded))
      }
    }
  })
  const laps: Lap[] = []
  for (const [index, { name, command }] of contenders.entries()) {
    signal.throwIfAborted()
    const record = records[index] ?? { milliseconds: [], processorMilliseconds: [] }
    laps.push({ name, ...record, peakKilobytes: await measurePeakMemory(command) })
  }
  return laps
}
