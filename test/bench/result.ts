import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { arch, cpus, platform, release, totalmem } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { version } from '../../src/version.ts'
import type { Bench, Outcome } from './bench.ts'

const folder = path.join(import.meta.dirname, '..', '..', '.bench')

/** The result of one run of a bench, as .bench/NAME/ keeps it. */
export const Result = z.object({
  bench: z.string(),
  date: z.iso.datetime(),
  versions: z.record(z.string(), z.string()),
  machine: z.object({
    system: z.string(),
    processors: z.int(),
    processor: z.string(),
    memoryMegabytes: z.int(),
  }),
  laps: z.array(
    z.object({
      name: z.string(),
      milliseconds: z.array(z.number()),
      processorMilliseconds: z.array(z.number()),
      peakKilobytes: z.object({ largest: z.number(), together: z.number() }).optional(),
    }),
  ),
  verdicts: z.array(z.object({ text: z.string(), isMet: z.boolean() })),
})

export type Result = z.output<typeof Result>

/** The outcome, with the date, the versions and the machine, on which the numbers depend. */
export function makeResult(bench: Bench, outcome: Outcome): Result {
  const processors = cpus()
  return Result.parse({
    bench: bench.name,
    date: new Date().toISOString(),
    versions: { planewright: version, node: process.version, ...outcome.versions },
    machine: {
      system: `${platform()} ${arch()} ${release()}`,
      processors: processors.length,
      processor: processors[0]?.model ?? 'unknown',
      memoryMegabytes: Math.round(totalmem() / 1024 / 1024),
    },
    laps: outcome.laps,
    verdicts: outcome.verdicts,
  })
}

/** The newest result of a bench. Undefined if there is none, or if the newest has an older form. */
export async function lastResult(bench: Bench): Promise<Result | undefined> {
  const names = await readdir(path.join(folder, bench.name)).catch(() => [])
  const newest = names
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .at(-1)
  if (newest === undefined) return undefined
  const text = await readFile(path.join(folder, bench.name, newest), 'utf8')
  return Result.safeParse(JSON.parse(text)).data
}

/** Writes a result to a file. Returns the file's path, relative to the checkout. */
export async function keepResult(result: Result): Promise<string> {
  // Not every filesystem allows a colon in a file name.
  const file = path.join(folder, result.bench, `${result.date.replaceAll(':', '-')}.json`)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`)
  return path.relative(path.dirname(folder), file)
}
