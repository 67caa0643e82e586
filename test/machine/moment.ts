import fc from 'fast-check'

/**
 * The phases of an apply in which the power is cut, in their order: `staging` from the first byte in
 * /var/lib/planewright on, then the states of the transaction. `confirmed` lasts until the guard has let the host go.
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
  /** Which part of the time that the phase takes has passed by then, from 0 to 1. */
  readonly part: number
}

/**
 * The moment of a seed. Seeds that follow each other are in phases that follow each other, so that seven of them see
 * every phase, however short it is; where in the phase is left to chance.
 */
export function momentOf(seed: number): Moment {
  const phase = phases[seed % phases.length] ?? 'staging'
  const [thousandths = 0] = fc.sample(fc.noBias(fc.integer({ min: 0, max: 999 })), { seed, numRuns: 1 })
  return { seed, phase, part: thousandths / 1_000 }
}

/** Whether something that was seen is the phase, or comes after it: ways back and ends come after all of them. */
export function isReached(phase: Phase, seen: string): boolean {
  const index = phases.findIndex((one) => one === seen)
  return index === -1 || index >= phases.indexOf(phase)
}
