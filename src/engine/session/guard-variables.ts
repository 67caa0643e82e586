import * as z from 'zod'
import { WholeNumber } from '../task/parameters.ts'

/** Seconds; nobody waits more than an hour for a restart. */
const Seconds = WholeNumber.refine((seconds) => seconds <= 3600, 'must not be more than 3600')

/** The variables that say how a host's transactions are performed. They belong to no task. */
export const guardVariables = {
  name: 'roll',
  params: z.object({
    /** How static pods are restarted. */
    restart: z.enum(['swift', 'patient'], { error: 'has to be swift or patient' }).default('swift'),
    restart_drain: Seconds.default(5),
    confirm_timeout: Seconds.refine((seconds) => seconds >= 5, 'must not be less than 5').default(120),
    transactions_kept: WholeNumber.refine(
      (count) => count > 0 && count <= 1000,
      'has to be from 1 to 1000',
    ).default(10),
  }),
}
