import fc from 'fast-check'

/**
 * The phases of an apply in which the power is cut, in their order. `staging` begins with the first byte in
 * /var/lib/planewright. The others are the states of the transaction. `confirmed` lasts until the guard has closed
 * the transaction.
 */
export const phases = [
  'staging',
  'staged',
  'writing',
  'stopping',
  'starting',
  'serving',
  'confirmed',
] as const

export type Phase = (typeof phases)[number]

/** When the power is cut. */
export interface Moment {
  readonly seed: number
  readonly phase: Phase
  /** How much of the phase's usual time has passed by then, from 0 to 1. */
  readonly part: number
}

/**
 * The moment for a seed. Consecutive seeds take consecutive phases, so that seven of them cover every phase, however
 * short it is. The moment within the phase is random.
 */
export function momentOf(seed: number): Moment {
  const phase = phases[seed % phases.length] ?? 'staging'
  const [thousandths = 0] = fc.sample(fc.noBias(fc.integer({ min: 0, max: 999 })), { seed, numRuns: 1 })
  return { seed, phase, part: thousandths / 1_000 }
}

/** Whether what was seen is this phase or comes after it. Undo and end come after all phases. */
export function isReached(phase: Phase, seen: string): boolean {
  const index = phases.findIndex((one) => one === seen)
  return index === -1 || index >= phases.indexOf(phase)
}
