// npm run test:machine [-- PART...] [-- --seed N] [--cuts N]: runs one control plane on a virtual machine, and cuts
// its power.
import { randomInt } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { toPlanewrightError } from '../../src/error.ts'
import { formatError } from '../../src/report/error-text.ts'
import { plainStyle } from '../../src/report/style.ts'
import { withLock } from '../lab/lock.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_KUBERNETES } from '../lab/up.ts'
import { findAccelerator } from './accelerator.ts'
import type { Workshop } from './boot.ts'
import { ensureKernel } from './kernel.ts'
import { logDirectory, machineCache, runDirectory } from './place.ts'
import { ensurePreparedMachine } from './prepared-machine.ts'
import { ensurePrograms } from './programs.ts'
import { cutSeries } from './series.ts'
import { readTimes } from './times.ts'
import { checkWholeApply } from './whole-apply.ts'

/** EX_USAGE in sysexits.h. */
const USAGE = 64

const parts = ['prepare', 'apply', 'cuts'] as const
type Part = (typeof parts)[number]

interface Options {
  readonly seed: number
  readonly cuts: number
}

const progress = terminalProgress()

/** Prepares what every part needs. Makes the disk if it does not exist. */
async function openWorkshop(): Promise<Workshop> {
  await ensurePrograms(progress)
  const kernel = await ensureKernel(progress)
  const accelerator = await findAccelerator(kernel, progress)
  return {
    accelerator,
    progress,
    prepared: await ensurePreparedMachine(DEFAULT_KUBERNETES, accelerator, progress),
  }
}

/** The power cuts need to know how long each phase takes. If no apply has shown that yet, this runs one. */
async function runParts(asked: readonly Part[], { seed, cuts }: Options): Promise<boolean> {
  const workshop = await openWorkshop()
  const known = asked.includes('apply') ? undefined : await readTimes(workshop.accelerator)
  if (!asked.includes('apply') && !asked.includes('cuts')) return true
  const times = known ?? (await checkWholeApply(workshop))
  return !asked.includes('cuts') || cutSeries(seed, cuts, times, workshop)
}

async function run(asked: readonly Part[], options: Options): Promise<void> {
  const wait = (): void => {
    progress.note('waiting for another run to end: two machines would disturb each other')
  }
  await withLock(machineCache(), wait, async () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.on(signal, () => {
        interrupted(signal)
      })
    await rm(logDirectory, { recursive: true, force: true })
    await rm(runDirectory(), { recursive: true, force: true })
    await mkdir(logDirectory, { recursive: true })
    await mkdir(runDirectory(), { recursive: true })
    try {
      if (!(await runParts(asked.length === 0 ? parts : asked, options))) process.exitCode = 1
    } finally {
      await rm(runDirectory(), { recursive: true, force: true })
    }
  })
}

/** The emulator ends with this process. */
function interrupted(signal: NodeJS.Signals): void {
  progress.note(`interrupted by ${signal}`)
  rmSync(runDirectory(), { recursive: true, force: true })
  process.exit(130)
}

function parsePart(value: string, before: readonly Part[] = []): readonly Part[] {
  const part = parts.find((one) => one === value)
  if (part === undefined) throw new InvalidArgumentError(`There are: ${parts.join(', ')}.`)
  return [...before, part]
}

function parseNumber(value: string): number {
  if (/^\d{1,9}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('It has to be a whole number.')
}

const program = new Command('npm run test:machine --')
  .description('One control plane on a virtual machine: apply, drift, and power cuts.')
  .argument('[parts...]', `which of ${parts.join(', ')}; all unless said`, parsePart)
  .option('--seed <number>', 'the first power cut’s seed; the others follow it', parseNumber)
  .option('--cuts <number>', 'how many power cuts', parseNumber, 5)
  .exitOverride()
  .showHelpAfterError('(--help lists what there is)')
  .action((asked: readonly Part[], options: { readonly seed?: number; readonly cuts: number }) =>
    run(asked, { seed: options.seed ?? randomInt(1_000_000), cuts: options.cuts }),
  )

try {
  await program.parseAsync()
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // Commander has already printed the error. Help also comes here, with 0.
    process.exitCode = thrown.exitCode === 0 ? 0 : USAGE
  } else {
    const error = toPlanewrightError(thrown)
    process.stderr.write(`${formatError(error, plainStyle)}\n`)
    if (error.code === 'internal' && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`)
    process.exitCode = 1
  }
}
