import type { Connection } from '../connection/connection.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import type { RestartChange } from '../host/change.ts'
import { awaitRestart, restartDeadline, type NewProcess } from '../host/restart.ts'
import { flagValues } from '../manifest/flags.ts'

/** The restarts of one plan as one: tasks may each have their reason, the process restarts once. */
export function mergeRestarts(changes: readonly RestartChange[]): RestartChange | undefined {
  const [first, ...others] = changes
  if (first === undefined) return undefined
  return others.reduce(
    (merged, change) => ({
      ...merged,
      flags: { ...merged.flags, ...change.flags },
      differences: [...new Set([...merged.differences, ...change.differences])],
    }),
    first,
  )
}

function wrongFlags(restart: RestartChange, process: NewProcess): readonly string[] {
  return Object.entries(restart.flags).flatMap(([flag, wanted]) => {
    const values = flagValues(process.argv, flag)
    if (values.length === 1 && values[0] === wanted) return []
    return [`--${flag} is ${values.length === 0 ? 'missing' : values.join(', ')}, should be ${wanted}`]
  })
}

/**
 * Waits for the restart that the written changes cause: a new process, with our flags on its real command line.
 *
 * @throws PlanewrightError `restart`, `unreachable`.
 */
export async function awaitPlannedRestart(
  connection: Connection,
  restart: RestartChange,
  port: number,
): Promise<NewProcess> {
  const { component, before: old } = restart
  const expected = Object.entries(restart.flags).map(([flag, value]) => `--${flag}=${value}`)
  const awaited = { component, old, port, arguments: expected, deadline: restartDeadline }
  const process = await awaitRestart(connection, awaited)
  const wrong = wrongFlags(restart, process)
  if (wrong.length === 0) return process
  throw new PlanewrightError('restart', `the new ${component} does not have the flags of its manifest`, {
    why: wrong.join('; '),
    remedy: 'Does something else write this manifest as well?',
  })
}

/**
 * Seconds in which the kubelet ends what it is at work on: 20 s until it looks, the end of the old process, and a
 * new start. An edit that changed no meaning, a comment say, restarts nothing: then this is waited for in vain.
 */
const settleDeadline = 60

/**
 * Lets the kubelet finish what it is at work on, and gives the restart with the process that runs then. Whatever
 * comes of that is not ours to judge: a manifest that crashes is what the changes may be there to mend.
 *
 * @throws PlanewrightError `unreachable`.
 */
export async function awaitSettled(
  connection: Connection,
  restart: RestartChange,
  port: number,
): Promise<RestartChange> {
  const { component, before: old } = restart
  if (!restart.kubeletAtWork || old === null) return restart
  try {
    const awaited = { component, old, port, arguments: [], deadline: settleDeadline }
    return { ...restart, before: await awaitRestart(connection, awaited) }
  } catch (thrown) {
    if (toPlanewrightError(thrown).code === 'restart') return restart
    throw thrown
  }
}
