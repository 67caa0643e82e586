import { setTimeout as pause } from 'node:timers/promises'
import { withBooted, withMachine, withResumed, type Workshop } from './boot.ts'
import { describeFiles } from './description.ts'
import type { Guest } from './guest.ts'
import { judge, type Verdict } from './judge.ts'
import { isReached, type Moment } from './moment.ts'
import { makeController, type RunningCommand } from './planewright.ts'
import { awaitServing } from './serving.ts'
import type { Times } from './times.ts'
import { awaitSettled, readTransaction } from './transaction.ts'
import { watchTransaction } from './watch.ts'

/** Milliseconds that the other connection may be behind, when an apply has ended. */
const LATE = 3_000

/** What became of one power cut. */
export interface CutResult extends Verdict {
  readonly moment: Moment
  /** Seconds from the first byte of the transaction to the cut. */
  readonly after: number
  readonly lastSeen: string
  /** The state in which the guard has left the transaction; empty where there is none. */
  readonly state: string
  /** The exit code of the apply that was cut off; undefined where it still waits for the host. */
  readonly applied: number | undefined
  /** Seconds of all of it. */
  readonly seconds: number
}

/** Boots a machine, applies, cuts the power at the moment, boots it again, and looks what has become of it. */
export async function cutPower(moment: Moment, times: Times, workshop: Workshop): Promise<CutResult> {
  const started = performance.now()
  return withMachine(`cut-${moment.seed}`, workshop, async (machine) => {
    const { apply, ...cut } = await withResumed(machine, workshop, (guest) =>
      applyAndCut(guest, moment, times, workshop),
    )
    try {
      const found = await withBooted(machine, workshop, (guest) =>
        lookAround(guest, `${machine.name}-verify.log`, cut.lastSeen, workshop),
      )
      const applied = await Promise.race([apply.exitCode, pause(1_000, undefined)])
      const problems = cut.isReached
        ? found.problems
        : [`the apply ended before it was ${moment.phase}`, ...found.problems]
      return { ...found, ...cut, problems, moment, applied, seconds: (performance.now() - started) / 1_000 }
    } finally {
      apply.kill()
    }
  })
}

interface Interrupted {
  readonly lastSeen: string
  /** Whether the phase had begun: where it had not, the apply has failed before. */
  readonly isReached: boolean
  readonly after: number
  /** It is left alone, as an operator's would be: it may find the host again when that is back. */
  readonly apply: RunningCommand
}

async function applyAndCut(
  guest: Guest,
  { phase, part, seed }: Moment,
  times: Times,
  { prepared, progress }: Workshop,
): Promise<Interrupted> {
  const { start } = await makeController(guest, prepared.keys)
  const watch = watchTransaction(guest)
  const apply = start('apply', `cut-${seed}.log`)
  try {
    const title = `  power cut ${Math.round(part * 100)}% into ${phase}`
    return await progress.step(title, async () => {
      const ended = apply.exitCode.then(() => pause(LATE, undefined))
      const sight = await Promise.race([watch.await((seen) => isReached(phase, seen)), ended])
      await pause(part * times[phase])
      await guest.emulator.cut()
      const [first] = watch.sights
      return {
        lastSeen: watch.sights.at(-1)?.seen ?? 'nothing',
        isReached: sight !== undefined,
        after: first === undefined ? 0 : (performance.now() - first.at) / 1_000,
        apply,
      }
    })
  } catch (error) {
    apply.kill()
    throw error
  }
}

async function lookAround(
  guest: Guest,
  log: string,
  lastSeen: string,
  { prepared, progress }: Workshop,
): Promise<Verdict & { readonly state: string }> {
  const isSettled = await progress.step('  waiting until no transaction is open', () => awaitSettled(guest))
  await progress.step('  waiting for /readyz', () => awaitServing(guest))
  const transaction = await readTransaction(guest)
  const now = await describeFiles(guest)
  const { outcome, problems } = judge({ before: prepared.files, now, transaction, isSettled, lastSeen })
  const said = await progress.step('  asking planewright', () =>
    askPlanewright(guest, log, outcome, prepared.keys),
  )
  return { outcome, problems: [...problems, ...said], state: transaction?.state ?? '' }
}

/** It has to see the same as other eyes: as wanted is proven, as before is to be changed. */
async function askPlanewright(
  guest: Guest,
  log: string,
  outcome: Verdict['outcome'],
  keys: Workshop['prepared']['keys'],
): Promise<readonly string[]> {
  const { start } = await makeController(guest, keys)
  const expected = outcome === 'as wanted' ? 0 : 2
  const code = await start('verify', log).exitCode
  return code === expected ? [] : [`verify ended with exit code ${code}, not ${expected}: see ${log}`]
}
