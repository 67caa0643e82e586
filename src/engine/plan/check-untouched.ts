import { differenceText } from '../../difference/difference.ts'
import { PlanewrightError } from '../../error.ts'
import type { Change } from '../../host/change.ts'
import type { DesiredUntouched } from '../task/desired.ts'

/**
 * Refuses a host if something that has to stay as it is would change.
 *
 * @throws PlanewrightError `host` with the words of the desired state, and a line for each change.
 */
export function checkUntouched(
  { paths, what, why, remedy }: DesiredUntouched,
  changes: readonly Change[],
): void {
  const touching = changes.filter(({ path }) => paths.includes(path))
  const [first] = touching
  if (first === undefined) return
  const lines = touching.map(
    ({ path, differences }) => `${path}: ${differences.map(differenceText).join('; ')}`,
  )
  throw new PlanewrightError('host', what, {
    where: { path: first.path },
    why: [why, ...lines].join('\n'),
    remedy,
  })
}
