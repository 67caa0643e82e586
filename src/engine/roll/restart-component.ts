import type { Connection } from '../../connection/connection.ts'
import { distinctDifferences } from '../../difference/difference.ts'
import { PlanewrightError } from '../../error.ts'
import type { RestartChange } from '../../host/change.ts'
import { awaitRestart, restartDeadline, type NewProcess } from '../../host/restart.ts'
import { flagValues } from '../../manifest/flags.ts'

/**
 * Joins the restarts of one plan: several tasks may have a reason, but the process restarts once.
 *
 * @throws PlanewrightError `usage` if two different static pods would restart: nobody could tell which of
 * them failed, or undo one alone.
 */
export function mergeRestarts(changes: readonly RestartChange[]): RestartChange | undefined {
  const [first, ...others] = changes
  if (first === undefined) return undefined
  const other = others.find((change) => change.path !== first.path)
  if (other !== undefined) {
    throw new PlanewrightError(
      'usage',
      `one run can restart only one static pod, not both ${first.component} and ${other.component}`,
      {
        where: { task: other.task, path: other.path },
        remedy: 'Nothing was written. Run the tasks in separate runs.',
      },
    )
  }
  return others.reduce(
    (merged, change) => ({
      ...merged,
      flags: { ...merged.flags, ...change.flags },
      differences: distinctDifferences([...merged.differences, ...change.differences]),
    }),
    first,
  )
}

function wrongFlags(flags: RestartChange['flags'], process: NewProcess): readonly string[] {
  return Object.entries(flags).flatMap(([flag, wanted]) => {
    const values = flagValues(process.argv, flag)
    if (values.length === 1 && values[0] === wanted) return []
    return [`--${flag} is ${values.length === 0 ? 'missing' : values.join(', ')}, should be ${wanted}`]
  })
}

/**
 * Checks that a process has each of planewright's flags exactly once.
 *
 * @throws PlanewrightError `restart`.
 */
export function checkFlags(
  { component, flags }: Pick<RestartChange, 'component' | 'flags'>,
  process: NewProcess,
): void {
  const wrong = wrongFlags(flags, process)
  if (wrong.length === 0) return
  throw new PlanewrightError('restart', `the new ${component} does not have the flags of its manifest`, {
    why: wrong.join('; '),
    remedy: 'Check whether something else writes this manifest, for example kubespray or Puppet.',
  })
}

/**
 * Waits for the restart that the written changes cause: a new process, with planewright's flags on its real
 * command line.
 *
 * @throws PlanewrightError `restart`, `unreachable`.
 */
export async function awaitPlannedRestart(
  connection: Connection,
  restart: RestartChange,
  port: number,
  drain: number | null,
): Promise<NewProcess> {
  const { component, before: old } = restart
  const expected = Object.entries(restart.flags).map(([flag, value]) => `--${flag}=${value}`)
  const awaited = { component, old, port, arguments: expected, drain, deadline: restartDeadline }
  const process = await awaitRestart(connection, awaited)
  checkFlags(restart, process)
  return process
}
