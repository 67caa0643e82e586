import { auditing } from '../../../tasks/index.ts'
import { rollback } from '../../index.ts'
import { proofOf, type RunOptions } from '../options.ts'
import { runVerb } from '../run-verb.ts'

/** Rolls hosts back to an earlier state. Returns the exit code. */
export function runRollback(options: RunOptions): Promise<number> {
  const proof = proofOf(options)
  return runVerb(
    {
      name: 'rollback',
      tasks: auditing.tasks,
      resume: 'planewright rollback all',
      perform: (shared) => rollback({ ...shared, ...auditing, proof, to: options.to }),
    },
    options,
  )
}
