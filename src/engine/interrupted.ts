import { PlanewrightError } from '../error.ts'

/** That a host was not begun, because a person stopped the run. */
export function interrupted(): PlanewrightError {
  return new PlanewrightError('interrupted', 'not touched, because the run was interrupted', {
    remedy: 'Run again.',
  })
}
