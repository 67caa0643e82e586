import { toPlanewrightError } from '../../error.ts'
import { recover } from '../../guard/guard.ts'
import type { TransactionStatus } from '../../guard/transaction-status.ts'
import { announce } from '../values/event.ts'
import { mapLimited } from '../values/map-limited.ts'
import { failedOutcome, isConnectionError, type HostOutcome } from '../values/outcome.ts'
import type { PreparedHost } from '../session/prepared-host.ts'
import type { Session } from '../session/session.ts'
import { surveyOne, type Survey } from '../survey/survey.ts'
import type { SurveyedHost } from '../values/surveyed-host.ts'

type Surveyed = SurveyedHost | HostOutcome

const nameOf = (one: Surveyed): string => ('gathered' in one ? one.name : one.host)

function recoveredText({ id, origin, state, reason }: TransactionStatus): string {
  const why = reason === undefined ? '' : ` (${reason.words})`
  return `transaction ${id} of ${origin.who}, open since ${origin.since}, is now ${state}${why}`
}

/**
 * Whether a transaction may be open. If the host could not be surveyed, an open transaction may be the
 * reason.
 */
function mayBeOpen(one: Surveyed): boolean {
  if ('gathered' in one) return one.open !== undefined
  return one.error === undefined || !isConnectionError(one.error)
}

async function recoverHost(session: Session, prepared: PreparedHost): Promise<TransactionStatus | undefined> {
  const { name } = prepared.host
  const connection = await session.connections.open(prepared.target)
  return announce(
    session.listener,
    name,
    'recover',
    () => recover(connection),
    (status) =>
      status === undefined
        ? 'no transaction is open any more'
        : `${status.id} of ${status.origin.who}: ${status.state}`,
    (thrown) => toPlanewrightError(thrown).at({ host: name }),
  )
}

async function recoverAndSurvey(session: Session, one: Surveyed): Promise<Surveyed> {
  const prepared = session.hosts.find(({ host }) => host.name === nameOf(one))
  if (prepared === undefined || !mayBeOpen(one)) return one
  // An undo would be something new, and an interrupted run begins nothing new.
  if (session.signal.aborted) return one
  try {
    const status = await recoverHost(session, prepared)
    if (status === undefined && !('gathered' in one)) return one
    const again = await surveyOne(session, prepared)
    return { ...again, recovered: status === undefined ? undefined : recoveredText(status) }
  } catch (thrown) {
    const cluster = 'gathered' in one ? one.cluster : undefined
    return failedOutcome(
      { host: nameOf(one), address: prepared.target.address, cluster },
      toPlanewrightError(thrown),
    )
  }
}

/**
 * Ends the transactions that other runs left open on the hosts, and surveys those hosts again. A transaction
 * that nobody can confirm any more is undone. If somebody still works on one, its host fails.
 */
export async function recoverOpen(session: Session, survey: Survey): Promise<Survey> {
  const all: readonly Surveyed[] = [...survey.hosts, ...survey.failures]
  if (!all.some(mayBeOpen)) return survey
  const recovered = await mapLimited(all, session.forks, (one) => recoverAndSurvey(session, one))
  const place = (one: Surveyed) => session.hosts.findIndex(({ host }) => host.name === nameOf(one))
  const ordered = recovered.toSorted((one, other) => place(one) - place(other))
  return {
    tasks: survey.tasks,
    hosts: ordered.filter((one) => 'gathered' in one),
    failures: ordered.filter((one) => 'status' in one),
  }
}
