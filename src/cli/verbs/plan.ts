import { auditing } from '../../../tasks/index.ts'
import { plan, quote, savedPlanText, type PlanResult } from '../../index.ts'
import type { RunOptions } from '../options.ts'
import { checkOutputFile, planFile, writeOutputFile } from '../output-file.ts'
import { runVerb } from '../run-verb.ts'
import type { Screen } from '../screen/screen.ts'

async function saveTo(file: string, result: PlanResult, screen: Screen): Promise<void> {
  writeOutputFile(file, planFile, savedPlanText(await result.save()))
  screen.hint(`The plan is saved. To perform it: planewright apply … --plan ${quote(file)}`)
}

/** Prints what would change, and saves it with `--out`. Returns the exit code. */
export function runPlan(options: RunOptions): Promise<number> {
  const { forVersion, out } = options
  const saving =
    out === undefined
      ? undefined
      : {
          check: () => {
            checkOutputFile(out, planFile)
          },
          finish: (result: PlanResult, screen: Screen) => saveTo(out, result, screen),
        }
  return runVerb(
    {
      name: 'plan',
      tasks: auditing.tasks,
      resume: undefined,
      perform: (shared) => plan({ ...shared, ...auditing, forVersion }),
      ...saving,
    },
    options,
  )
}
