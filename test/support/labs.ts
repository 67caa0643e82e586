/** Labs that a run uses in place of its own. The run makes a lab that does not exist, and leaves it there. */
export const adoptedLabs: readonly string[] = (process.env.PLANEWRIGHT_TEST_LAB ?? '')
  .split(',')
  .filter((name) => name !== '')

/** The labs of one vitest project: one for each worker, and so one for each file that runs at the same time. */
export interface LabSet {
  readonly count: number
  /** How many control planes each of the run's own labs has. */
  readonly controlPlanes: number
  /** Distinguishes the names of the run's own labs from those of other projects. */
  readonly suffix: string
}

function labSet(count: number, rest: Omit<LabSet, 'count'>): LabSet {
  return { count: adoptedLabs.length === 0 ? count : adoptedLabs.length, ...rest }
}

/** The lab of `smoke`: all its files share the first lab of `cluster`. */
export const smokeLabs = labSet(1, { controlPlanes: 3, suffix: '' })

/** Labs for tests that need a cluster. A fault on one node takes one of two cores, so two labs fit on them. */
export const clusterLabs = labSet(2, { controlPlanes: 3, suffix: '' })

/** Labs for tests that need one node. Four fit on two cores, because these tests mostly wait. */
export const nodeLabs = labSet(4, { controlPlanes: 1, suffix: 'node-' })

/** The names of this run's own labs. The lab of worker n is at index n - 1. */
export function ownNames({ count, suffix }: LabSet): readonly string[] {
  if (adoptedLabs.length > 0) return []
  return Array.from({ length: count }, (_, index) => `test-${process.pid}-${suffix}${index + 1}`)
}
