import { auditing } from '../../../tasks/index.ts'
import { plan } from '../../index.ts'
import type { RunOptions } from '../options.ts'
import { runVerb } from '../run-verb.ts'

/** Prints what would change. Gives the exit code. */
export function runPlan(options: RunOptions): Promise<number> {
  const { forVersion } = options
  return runVerb(
    {
      name: 'plan',
      tasks: auditing.tasks,
      resume: undefined,
      perform: (shared) => plan({ ...shared, ...auditing, forVersion }),
    },
    options,
  )
}
