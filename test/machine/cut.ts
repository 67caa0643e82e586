import { setTimeout as pause } from 'node:timers/promises'
import { askPlanewright, type Found } from './ask-planewright.ts'
import { withBooted, withMachine, withResumed, type Workshop } from './boot.ts'
import { describeFiles } from './description.ts'
import type { Guest } from './guest.ts'
import { judge, wasNeverBegun, type Verdict } from './judge.ts'
import { isReached, type Moment } from './moment.ts'
import { makeController, type RunningCommand } from './planewright.ts'
import { awaitServing } from './serving.ts'
import type { Times } from './times.ts'
import { awaitSettled, readTransaction } from './transaction.ts'
import { watchTransaction } from './watch.ts'

/** Milliseconds to wait after an apply has ended: the other connection may be behind. */
const LATE = 3_000

/** The result of one power cut. */
export interface CutResult extends Verdict {
  readonly moment: Moment
  /** Seconds from the first byte of the transaction to the cut. */
  readonly after: number
  readonly lastSeen: string
  /** The state in which the guard left the transaction; empty if there is no transaction. */
  readonly state: string
  /** The exit code of the apply that was cut off; undefined if it still waits for the host. */
  readonly applied: number | undefined
  /** Seconds that everything took: apply, cut, boot and checks. */
  readonly seconds: number
}

/** Resumes a machine, applies, cuts the power at the given moment, boots the machine again, and checks the result. */
export async function cutPower(moment: Moment, times: Times, workshop: Workshop): Promise<CutResult> {
  const started = performance.now()
  return withMachine(`cut-${moment.seed}`, workshop, async (machine) => {
    const { apply, ...cut } = await withResumed(machine, workshop, (guest) =>
      applyAndCut(guest, moment, times, workshop),
    )
    try {
      return await withBooted(machine, workshop, async (guest) => {
        const found = await lookAround(guest, cut.lastSeen, workshop)
        const applied = await Promise.race([apply.exitCode, pause(1_000, undefined)])
        // The next apply must not meet it.
        apply.kill()
        await apply.exitCode
        const said = await workshop.progress.step('  running planewright', () =>
          askPlanewright(guest, machine.name, found, workshop),
        )
        const early = cut.isReached ? [] : [`the apply ended before it was ${moment.phase}`]
        const problems = [...early, ...found.problems, ...said]
        const seconds = (performance.now() - started) / 1_000
        return { ...found, ...cut, problems, moment, applied, seconds }
      })
    } finally {
      apply.kill()
    }
  })
}

interface Interrupted {
  readonly lastSeen: string
  /** Whether the phase had begun. If not, the apply ended before it. */
  readonly isReached: boolean
  readonly after: number
  /** The test leaves this process running, as an operator would: it may reach the host again after the boot. */
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

async function lookAround(guest: Guest, lastSeen: string, { prepared, progress }: Workshop): Promise<Found> {
  const isSettled = await progress.step('  waiting until no transaction is open', () => awaitSettled(guest))
  await progress.step('  waiting for /readyz', () => awaitServing(guest))
  const transaction = await readTransaction(guest)
  const now = await describeFiles(guest)
  const { outcome, problems } = judge({ before: prepared.files, now, transaction, isSettled, lastSeen })
  return { outcome, problems, state: transaction?.state ?? '', isLost: wasNeverBegun(transaction) }
}
