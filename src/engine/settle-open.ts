import { toPlanewrightError } from '../error.ts'
import { settle } from '../guard/guard.ts'
import { announce } from './event.ts'
import { mapLimited } from './map-limited.ts'
import { failedOutcome, type HostOutcome } from './outcome.ts'
import type { Session } from './session.ts'
import { surveyOne, type Survey } from './survey.ts'
import type { SurveyedHost } from './surveyed-host.ts'

async function settleHost(session: Session, host: SurveyedHost): Promise<SurveyedHost | HostOutcome> {
  const prepared = session.hosts.find((one) => one.host.name === host.name)
  if (host.open === undefined || prepared === undefined) return host
  const locate = (thrown: unknown) => toPlanewrightError(thrown).at({ host: host.name })
  try {
    const connection = await session.connections.open(prepared.target)
    await announce(
      session.listener,
      host.name,
      'recover',
      () => settle(connection),
      (standing) =>
        standing === undefined
          ? 'it had just ended'
          : `${standing.id} of ${standing.origin.who}: ${standing.state}`,
      locate,
    )
    return await surveyOne(session, prepared)
  } catch (thrown) {
    const { target } = prepared
    return failedOutcome(
      { host: host.name, address: target.address, cluster: host.cluster },
      toPlanewrightError(thrown),
    )
  }
}

/**
 * Brings what other runs left open on the hosts to its end, and surveys those hosts anew: a transaction that nobody
 * can confirm any more is undone. One that somebody is still at work on fails its host.
 */
export async function settleOpen(session: Session, survey: Survey): Promise<Survey> {
  if (survey.hosts.every((host) => host.open === undefined)) return survey
  const settled = await mapLimited(survey.hosts, session.forks, (host) => settleHost(session, host))
  return {
    hosts: settled.filter((one) => 'gathered' in one),
    failures: [...survey.failures, ...settled.filter((one) => 'status' in one)],
  }
}
