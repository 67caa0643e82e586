import {
  loadInventory,
  openSession,
  drawPlan,
  roll,
  survey,
  type HostOutcome,
  type RunEvent,
  type Step,
  type Task,
} from '../../src/index.ts'
import { auditTasks } from '../../tasks/index.ts'
import type { Lab, LabHost } from '../lab/lab.ts'

interface TimedEvent {
  readonly event: RunEvent
  /** Milliseconds of performance.now. */
  readonly at: number
}

/** The result of a roll, with the times of its events. */
export interface TimedRoll {
  readonly outcomes: readonly HostOutcome[]
  readonly events: readonly TimedEvent[]
  /** The time of everything that the command does, from reading the inventory to the second survey. */
  readonly milliseconds: number
}

export interface RollRequest {
  readonly tasks: readonly Task[]
  readonly proof: 'proof' | 'no-proof'
}

/** Auditing as the command applies it. */
export const auditing: RollRequest = { tasks: auditTasks, proof: 'proof' }

/** Runs a whole apply with the library functions that the command uses. */
export async function timedRoll(
  lab: Lab,
  hosts: readonly LabHost[],
  { tasks, proof }: RollRequest,
): Promise<TimedRoll> {
  const events: TimedEvent[] = []
  const start = performance.now()
  const inventory = await loadInventory({ sources: [lab.inventoryFile] })
  await using session = await openSession({
    inventory,
    tasks,
    limit: hosts.map(({ name }) => name),
    listener: (event) => events.push({ event, at: performance.now() }),
  })
  const outcomes = await roll(session, drawPlan(await survey(session)), { proof })
  return { outcomes, events, milliseconds: performance.now() - start }
}

function momentOf(moment: TimedEvent | undefined, what: string): number {
  if (moment === undefined) throw new Error(`${what} was never seen`)
  return moment.at
}

/**
 * The time of the first write to a host, which is the beginning of the step `stage`. That step writes the new contents, the
 * backups and the guard to the host's disk. planewright touches the apiserver only after it.
 */
export function firstWrite({ events }: TimedRoll): number {
  return momentOf(
    events.find(({ event }) => event.type === 'step-started' && event.step === 'stage'),
    'a first write',
  )
}

/** The time at which the last step of this name ended without an error. */
export function lastEnd({ events }: TimedRoll, step: Step): number {
  return momentOf(
    events.findLast(
      ({ event }) => event.type === 'step-ended' && event.step === step && event.error === undefined,
    ),
    `an end of ${step}`,
  )
}

/** The time at which the first step failed, just after planewright saw that the new process had crashed. */
export function firstFailure({ events }: TimedRoll): number {
  return momentOf(
    events.find(({ event }) => event.type === 'step-ended' && event.error !== undefined),
    'a failure',
  )
}

/** Lists each step with its seconds. */
export function stepsText({ events }: TimedRoll): string {
  return events
    .flatMap(({ event }) =>
      event.type === 'step-ended' ? [`${event.step} ${(event.milliseconds / 1000).toFixed(1)}`] : [],
    )
    .join(', ')
}
