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

/** What a run came to, and when. */
export interface TimedRoll {
  readonly outcomes: readonly HostOutcome[]
  readonly events: readonly TimedEvent[]
  /** Of all that the command does, from reading the inventory to the last look. */
  readonly milliseconds: number
}

export interface RollRequest {
  readonly tasks: readonly Task[]
  readonly proof: 'proof' | 'no-proof'
}

/** Auditing as the command applies it. */
export const auditing: RollRequest = { tasks: auditTasks, proof: 'proof' }

/** A whole apply, by the functions that the command is made of. */
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
 * When the first byte was written to a host: when staging began, which puts the new content, the backups and the
 * guard on the host's disk. The apiserver is touched only after that.
 */
export function firstWrite({ events }: TimedRoll): number {
  return momentOf(
    events.find(({ event }) => event.type === 'step-started' && event.step === 'stage'),
    'a first write',
  )
}

/** When the last step of this name ended well. */
export function lastEnd({ events }: TimedRoll, step: Step): number {
  return momentOf(
    events.findLast(
      ({ event }) => event.type === 'step-ended' && event.step === step && event.error === undefined,
    ),
    `an end of ${step}`,
  )
}

/** When the first step failed: the new process had just been seen to crash. */
export function firstFailure({ events }: TimedRoll): number {
  return momentOf(
    events.find(({ event }) => event.type === 'step-ended' && event.error !== undefined),
    'a failure',
  )
}

/** Each step with its seconds, for whoever wonders where the time went. */
export function stepsText({ events }: TimedRoll): string {
  return events
    .flatMap(({ event }) =>
      event.type === 'step-ended' ? [`${event.step} ${(event.milliseconds / 1000).toFixed(1)}`] : [],
    )
    .join(', ')
}
