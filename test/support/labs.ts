/** Labs that are used instead of labs of the run's own: made where they do not stand, and left standing. */
export const adoptedLabs: readonly string[] = (process.env.PLANEWRIGHT_TEST_LAB ?? '')
  .split(',')
  .filter((name) => name !== '')

/**
 * How many files run at once, each on a lab of its own. A lab of three nodes takes a sixth of two cores while it is left
 * alone, and a fault half of them: two labs fit on two cores.
 */
export const labCount = adoptedLabs.length === 0 ? 2 : adoptedLabs.length

/** The labs of this run, the one of the n-th worker at place n - 1. */
export function labNames(): readonly string[] {
  if (adoptedLabs.length > 0) return adoptedLabs
  return Array.from({ length: labCount }, (_, index) => `test-${process.pid}-${index + 1}`)
}
