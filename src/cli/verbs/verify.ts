import { auditing } from '../../../tasks/index.ts'
import { verify } from '../../index.ts'
import type { RunOptions } from '../options.ts'
import { runVerb } from '../run-verb.ts'

/** Proves each host that does not differ, and names what differs on the others. Returns the exit code. */
export function runVerify(options: RunOptions): Promise<number> {
  return runVerb(
    {
      name: 'verify',
      tasks: auditing.tasks,
      resume: undefined,
      perform: (shared) => verify({ ...shared, ...auditing }),
    },
    options,
  )
}
