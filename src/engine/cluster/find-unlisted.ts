import { readControlPlaneNodes } from '../../apiserver/control-plane-nodes.ts'
import { openApiserver } from '../../apiserver/node-apiserver.ts'
import type { ConnectionTarget } from '../../connection/target.ts'
import { lineOf, PlanewrightError, toPlanewrightError } from '../../error.ts'
import { readEtcdMembers } from '../../etcd/etcd.ts'
import { possibleNode, possibleHosts, reachable } from './possible-hosts.ts'
import { namedHost, listensAt, type Seen, seeAll } from './control-plane.ts'
import { etcdClient } from './etcd-client.ts'
import { firstAnswer } from './first-answer.ts'
import type { ClusterPlan } from '../values/host-plan.ts'
import { mapLimited } from '../values/map-limited.ts'
import { namesOf, matchHosts } from './match-hosts.ts'
import type { Plan } from '../plan/plan.ts'
import { preparedFor, type Session } from '../session/session.ts'
import { unlistedOf, type FailedLookup, type UnlistedControlPlanes } from './unlisted.ts'
import { certificateAuthority } from '../survey/survey-host.ts'

const remedy =
  'Repair this. Until then it is unknown whether the inventory lacks control planes of this cluster.'

/** The answer, or why there is none: then it is empty. */
async function answerOf<Answer>(
  hosts: readonly string[],
  ask: () => Promise<readonly Answer[]>,
): Promise<{ readonly answer: readonly Answer[]; readonly failedLookups: readonly FailedLookup[] }> {
  try {
    return { answer: await ask(), failedLookups: [] }
  } catch (thrown) {
    const { code, message, why } = toPlanewrightError(thrown)
    const details = why === undefined ? { remedy } : { why, remedy }
    return { answer: [], failedLookups: [{ hosts, error: new PlanewrightError(code, message, details) }] }
  }
}

async function listNodes({ host }: Seen, apiserver: NonNullable<Seen['apiserver']>) {
  return readControlPlaneNodes(await openApiserver(host.connection, listensAt(host, apiserver)))
}

async function listMembers({ host, reader }: Seen, apiserver: NonNullable<Seen['apiserver']>) {
  const { urls, identity } = await etcdClient(reader, apiserver)
  return readEtcdMembers(host.connection, urls, identity)
}

async function ofCluster(session: Session, plan: Plan, of: ClusterPlan): Promise<UnlistedControlPlanes> {
  const { cluster } = of
  const names = of.hosts.map(({ host }) => host)
  if (cluster === undefined) {
    const why = `there is no ${certificateAuthority}, which identifies the cluster`
    const error = new PlanewrightError('host', 'the cluster of the host is unknown', { why, remedy })
    return { found: [], failedLookups: [{ hosts: names, error }] }
  }
  const way = (target: ConnectionTarget) => reachable(session.connections, target)
  const own = of.hosts.map((host) => way(preparedFor(session, host).target))
  const seen = await seeAll(own)
  const [nodes, members] = await Promise.all([
    answerOf(names, () => firstAnswer(seen, 'the cluster cannot be asked for its nodes', listNodes)),
    answerOf(names, () => firstAnswer(seen, 'etcd cannot be asked for its members', listMembers)),
  ])
  const known = seen.map(namedHost)
  const lost = own.filter(({ name }) => !seen.some(({ host }) => host.name === name))
  const others = possibleHosts(session, plan, of).map(way)
  const unmatched = unlistedOf(cluster, nodes.answer, members.answer, known)
  const possibleNodes = [...lost, ...others].map(possibleNode)
  const { matched, unanswered } = await matchHosts(unmatched, possibleNodes, cluster, session.forks)
  const found = unlistedOf(cluster, nodes.answer, members.answer, [...known, ...matched.map(namesOf)])
  const left = found.map(({ name }) => name).join(' or ')
  const unheard = unanswered.map(({ possible: { name }, failure }): FailedLookup => {
    const what = `${name} cannot be asked whether it is ${left}`
    const why = lineOf(toPlanewrightError(failure))
    return { hosts: names, error: new PlanewrightError('host', what, { why, remedy }) }
  })
  return { found, failedLookups: [...nodes.failedLookups, ...members.failedLookups, ...unheard] }
}

/**
 * Asks each cluster for control planes that the inventory lacks: nodes with the label for control planes, and
 * members of a stacked etcd. Nodes and members are asked separately. If one lookup fails, the other one's
 * answer is still reported, together with the failure.
 */
export async function findUnlisted(session: Session, plan: Plan): Promise<UnlistedControlPlanes> {
  const all = await mapLimited(plan.clusters, session.forks, (cluster) => ofCluster(session, plan, cluster))
  return {
    found: all.flatMap(({ found }) => found),
    failedLookups: all.flatMap(({ failedLookups }) => failedLookups),
  }
}
