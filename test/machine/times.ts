import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Accelerator } from './emulator.ts'
import { phases, type Phase } from './moment.ts'
import { machineCache } from './place.ts'
import type { Sight } from './watch.ts'

/** Milliseconds that each phase of an apply takes on this machine. */
export type Times = Readonly<Record<Phase, number>>

const Stored = z.record(z.enum(phases), z.number())

/** Milliseconds for a phase that passed between two looks: as long as one look takes. */
const LOOK = 100

/** The times from what was seen of an apply that succeeded. */
export function timesOf(sights: readonly Sight[]): Times {
  const duration = (phase: Phase): number => {
    const index = sights.findIndex(({ seen }) => seen === phase)
    const [begin, end] = [sights[index], sights[index + 1]]
    return begin === undefined || end === undefined ? LOOK : Math.round(end.at - begin.at)
  }
  return Object.fromEntries(phases.map((phase) => [phase, duration(phase)])) as Record<Phase, number>
}

/** How long each phase took in the last `apply` with this accelerator; undefined if there was none. */
export async function readTimes({ name }: Accelerator): Promise<Times | undefined> {
  const content = await readFile(timesFile(name), 'utf8').catch(() => undefined)
  if (content === undefined) return undefined
  return Stored.safeParse(JSON.parse(content)).data
}

export async function keepTimes({ name }: Accelerator, times: Times): Promise<void> {
  await mkdir(machineCache(), { recursive: true })
  await writeFile(timesFile(name), JSON.stringify(times))
}

function timesFile(accelerator: string): string {
  return path.join(machineCache(), `times-${accelerator}.json`)
}
