import { auditing } from '../../../tasks/index.ts'
import { apply } from '../../index.ts'
import { proofOf, type RunOptions } from '../options.ts'
import { runVerb } from '../run-verb.ts'

/** Performs the plan, and proves it. Gives the exit code. */
export function runApply(options: RunOptions): Promise<number> {
  const unlistedControlPlanes = options.strict === true ? 'refuse' : 'warn'
  const proof = proofOf(options)
  return runVerb(
    {
      name: 'apply',
      tasks: auditing.tasks,
      resume: 'planewright apply',
      perform: (shared) => apply({ ...shared, ...auditing, proof, unlistedControlPlanes }),
    },
    options,
  )
}
