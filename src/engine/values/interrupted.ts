import { PlanewrightError } from '../../error.ts'
import { skippedOutcome, type HostOutcome, type KnownPlan } from './outcome.ts'

/** The error for a host that was not begun, because a person stopped the run. */
export function interrupted(): PlanewrightError {
  return new PlanewrightError('interrupted', 'not changed, because the run was interrupted', {
    remedy: 'Run planewright again.',
  })
}

/** The outcome of such a host. */
export function interruptedOutcome(known: KnownPlan): HostOutcome {
  return skippedOutcome(known, interrupted())
}
