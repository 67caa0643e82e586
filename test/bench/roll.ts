import { loadavg } from 'node:os'
import { auditFlags, auditLogDirectory, proveAudit } from '../../tasks/index.ts'
import { onNode } from '../support/node.ts'
import { uncheckedPolicy } from '../support/unchecked-policy.ts'
import { bareRename } from './bare-rename.ts'
import type { Bench, BenchContext, Verdict } from './bench.ts'
import type { Lap } from './race.ts'
import { openRollLab, type RollLab } from './roll-lab.ts'
import { median } from './statistics.ts'
import {
  auditing,
  firstFailure,
  firstWrite,
  lastEnd,
  stepsText,
  timedRoll,
  type TimedRoll,
} from './timed-roll.ts'

/** How often the bare rename and planewright are measured, in turns. */
const rounds = 5
/** How often the roll over all nodes and the undo are measured. */
const repetitions = 3

/** The allowed parts of the bare rename's median. */
const medianBound = 0.2
const worstBound = 0.3
/** The allowed milliseconds. */
const threeNodesBound = 25_000
const undoBound = 15_000

const refused = {
  tasks: [auditLogDirectory, uncheckedPolicy, auditFlags, proveAudit],
  proof: 'no-proof',
} as const

/** The milliseconds of one run, by the name of what was measured. */
type Times = Readonly<Record<string, number>>

async function bare({ lab, first }: RollLab): Promise<Times> {
  return { 'bare rename': await bareRename(lab, first) }
}

/** The guard's reason why a restart was not swift. Empty if it was swift. */
async function readSlowness({ first }: RollLab): Promise<string> {
  return (await onNode(first, `grep -hs 'not swiftly' /var/lib/planewright/*/journal || :`)).trim()
}

/** Milliseconds from the first write to the last proof. Throws if a host was not changed and proven. */
function proven(run: TimedRoll): number {
  const failed = run.outcomes.find(({ status, proof }) => status !== 'changed' || proof === null)
  if (failed !== undefined) throw failed.error ?? new Error(`${failed.host} is ${failed.status}`)
  return lastEnd(run, 'proof') - firstWrite(run)
}

async function ours(opened: RollLab, { progress }: BenchContext): Promise<Times> {
  const run = await timedRoll(opened.lab, [opened.first], auditing)
  progress.note(`  ${[stepsText(run), await readSlowness(opened)].filter(Boolean).join('; ')}`)
  return { planewright: proven(run), 'planewright, with survey and last look': run.milliseconds }
}

async function allNodes({ lab }: RollLab, { progress }: BenchContext): Promise<Times> {
  const run = await timedRoll(lab, lab.hosts, auditing)
  progress.note(`  ${stepsText(run)}`)
  return { 'three nodes': proven(run) }
}

async function undo({ lab, first }: RollLab, { progress }: BenchContext): Promise<Times> {
  const run = await timedRoll(lab, [first], refused)
  const [outcome] = run.outcomes
  if (outcome?.undone !== true) throw outcome?.error ?? new Error('a refused policy was not undone')
  progress.note(`  ${stepsText(run)}`)
  const end = lastEnd(run, 'undo')
  return {
    'undo, from the crash': end - firstFailure(run),
    'undo, from the first write': end - firstWrite(run),
  }
}

type Measure = (opened: RollLab, context: BenchContext) => Promise<Times>

/** In turns, A B A B …, so that other work of the machine slows both alike. */
function schedule(): readonly Measure[] {
  const turns = (count: number, measures: readonly Measure[]) =>
    Array.from({ length: count }, () => measures).flat()
  return [...turns(rounds, [bare, ours]), ...turns(repetitions, [allNodes, undo])]
}

function timesText(times: Times): string {
  const all = Object.entries(times).map(([name, milliseconds]) => `${name}: ${Math.round(milliseconds)} ms`)
  const [load = 0] = loadavg()
  return `  ${all.join('; ')}; load average ${load.toFixed(1)}`
}

async function measureAll(opened: RollLab, context: BenchContext): Promise<readonly Lap[]> {
  const { progress, signal } = context
  const found = new Map<string, number[]>()
  const plan = schedule()
  for (const [index, measure] of plan.entries()) {
    signal.throwIfAborted()
    await opened.makePristine()
    signal.throwIfAborted()
    const title = `run ${index + 1} of ${plan.length}`
    const times = await progress.step(title, () => measure(opened, context))
    progress.note(timesText(times))
    for (const [name, milliseconds] of Object.entries(times)) {
      found.set(name, [...(found.get(name) ?? []), milliseconds])
    }
  }
  return [...found].map(([name, milliseconds]) => ({ name, milliseconds, processorMilliseconds: [] }))
}

function atMost(what: string, value: number, bound: number, unit: string): Verdict {
  return { text: `${what}: ${value.toFixed(2)} ${unit}; allowed is ${bound} ${unit}`, isMet: value <= bound }
}

function judge(laps: readonly Lap[]): readonly Verdict[] {
  const of = (name: string) => laps.find((lap) => lap.name === name)?.milliseconds ?? []
  const worst = (name: string) => Math.max(...of(name))
  const floor = median(of('bare rename'))
  const seconds = (name: string, bound: number) => atMost(name, worst(name) / 1000, bound / 1000, 's')
  return [
    atMost('planewright, median', median(of('planewright')) / floor, medianBound, 'of the bare rename'),
    atMost('planewright, worst', worst('planewright') / floor, worstBound, 'of the bare rename'),
    seconds('three nodes', threeNodesBound),
    seconds('undo, from the crash', undoBound),
  ]
}

/**
 * Measures how long a change of the apiserver takes. planewright's time is from its first write to the end of the step
 * `proof`, by the events of the library. The first write is the beginning of the step `stage`. What comes before (survey,
 * health of the cluster) and after (confirmation, second survey) does not touch the apiserver. The table has a line of its
 * own with these parts. The bare rename has no such parts: its files are written before its clock starts.
 */
export const roll: Bench = {
  name: 'roll',
  title:
    'one control plane from the first write to the proof, beside a bare rename of the same manifest; all three; an undo',
  run: async (context) => {
    await using opened = await openRollLab(context)
    const laps = await measureAll(opened, context)
    return { laps, verdicts: judge(laps), versions: { kubernetes: opened.lab.kubernetes } }
  },
}
