import { toPlanewrightError } from '../../error.ts'
import { announce } from '../values/event.ts'
import { interruptedOutcome } from '../values/interrupted.ts'
import { mapLimited } from '../values/map-limited.ts'
import { failedOutcome, type HostOutcome } from '../values/outcome.ts'
import type { PreparedHost } from '../session/prepared-host.ts'
import type { Session } from '../session/session.ts'
import { surveyHost } from './survey-host.ts'
import type { SurveyedHost } from '../values/surveyed-host.ts'
import type { Task } from '../task/task.ts'

/** The hosts that could be read, and those that could not. */
export interface Survey {
  /** The tasks whose facts were read; the plan is made from them. */
  readonly tasks: readonly Task[]
  readonly hosts: readonly SurveyedHost[]
  readonly failures: readonly HostOutcome[]
}

/** Reads one host of a session, and connects to it if necessary. Throws PlanewrightError. */
export async function surveyOne(session: Session, prepared: PreparedHost): Promise<SurveyedHost> {
  const connection = await session.connections.open(prepared.target)
  return surveyHost(prepared, connection, session.tasks)
}

/**
 * Reads all facts that the tasks ask for, from all hosts at the same time. A lost host never stops the
 * others. An interrupted run begins no further host.
 */
export async function survey(session: Session): Promise<Survey> {
  const hosts: SurveyedHost[] = []
  const failures: HostOutcome[] = []
  await mapLimited(session.hosts, session.forks, async (prepared) => {
    const { name } = prepared.host
    const known = { host: name, address: prepared.target.address }
    if (session.signal.aborted) {
      failures.push(interruptedOutcome(known))
      return
    }
    const locate = (thrown: unknown) => toPlanewrightError(thrown).at({ host: name })
    const action = () => surveyOne(session, prepared)
    try {
      hosts.push(await announce(session.listener, name, 'survey', action, () => '', locate))
    } catch (thrown) {
      failures.push(failedOutcome(known, toPlanewrightError(thrown)))
    }
  })
  const order = new Map(session.hosts.map((prepared, index) => [prepared.host.name, index]))
  const position = (name: string) => order.get(name) ?? 0
  return {
    tasks: session.tasks,
    hosts: hosts.toSorted((one, other) => position(one.name) - position(other.name)),
    failures: failures.toSorted((one, other) => position(one.host) - position(other.host)),
  }
}
