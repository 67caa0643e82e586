import { preparing } from '../../../tasks/index.ts'
import { checkPrepare, prepare } from '../../index.ts'
import type { RunOptions } from '../options.ts'
import { runVerb } from '../run-verb.ts'

/** Prepares machines that will join as control planes. Returns the exit code. */
export function runPrepare(options: RunOptions): Promise<number> {
  const isCheck = options.check === true
  return runVerb(
    {
      name: 'prepare',
      tasks: preparing.tasks,
      resume: isCheck ? undefined : 'planewright prepare',
      perform: (shared) => (isCheck ? checkPrepare : prepare)({ ...shared, ...preparing }),
    },
    options,
  )
}
