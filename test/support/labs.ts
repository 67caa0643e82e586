/** Labs that are used instead of labs of the run's own: made where they do not stand, and left standing. */
export const adoptedLabs: readonly string[] = (process.env.PLANEWRIGHT_TEST_LAB ?? '')
  .split(',')
  .filter((name) => name !== '')

/** The labs of one project of vitest: one for each of its workers, and so for each file that runs at the same time. */
export interface LabSet {
  readonly count: number
  /** How many each of the run's own has. */
  readonly controlPlanes: number
  /** Distinguishes the names of the run's own labs from those of other projects. */
  readonly suffix: string
}

function labSet(count: number, rest: Omit<LabSet, 'count'>): LabSet {
  return { count: adoptedLabs.length === 0 ? count : adoptedLabs.length, ...rest }
}

/** For `smoke`: all its files share the first lab of `cluster`. */
export const smokeLabs = labSet(1, { controlPlanes: 3, suffix: '' })

/** For what is about a cluster. A fault on one of its nodes takes half of two cores: two labs fit on them. */
export const clusterLabs = labSet(2, { controlPlanes: 3, suffix: '' })

/** For what is about one node: its tests mostly wait. */
export const nodeLabs = labSet(4, { controlPlanes: 1, suffix: 'node-' })

/** The names of the labs that are this run's own, the one of the n-th worker at place n - 1. */
export function ownNames({ count, suffix }: LabSet): readonly string[] {
  if (adoptedLabs.length > 0) return []
  return Array.from({ length: count }, (_, index) => `test-${process.pid}-${suffix}${index + 1}`)
}
