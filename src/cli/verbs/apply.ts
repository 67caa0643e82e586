import { auditing } from '../../../tasks/index.ts'
import { apply, loadSavedPlan } from '../../index.ts'
import { proofOf, type RunOptions } from '../options.ts'
import { runVerb } from '../run-verb.ts'

/** Performs the plan, and proves it. Returns the exit code. */
export function runApply(options: RunOptions): Promise<number> {
  const { plan, strict } = options
  const unlistedControlPlanes = strict === true ? 'refuse' : 'warn'
  const proof = proofOf(options)
  return runVerb(
    {
      name: 'apply',
      tasks: auditing.tasks,
      // A saved plan is for all of its hosts: the same command goes on with the unfinished ones.
      resume: plan === undefined ? 'planewright apply' : undefined,
      perform: async (shared) => {
        const saved = plan === undefined ? undefined : await loadSavedPlan(plan)
        return apply({ ...shared, ...auditing, proof, unlistedControlPlanes, saved })
      },
    },
    options,
  )
}
