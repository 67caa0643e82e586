import { toPlanewrightError } from '../../error.ts'
import { askCluster } from './ask-cluster.ts'
import { possibleHosts, reachable } from '../cluster/possible-hosts.ts'
import { reach } from '../cluster/control-plane.ts'
import { announce } from '../values/event.ts'
import { checkGate, gateTimeout } from './gate.ts'
import { willRestart, type ClusterPlan, type HostPlan } from '../values/host-plan.ts'
import type { Plan } from '../plan/plan.ts'
import { preparedFor, type Session } from '../session/session.ts'

/**
 * Asks the whole cluster whether it is healthy enough for a host to change.
 *
 * @throws PlanewrightError `host` if it is not; `unreachable` if the host is lost; `interrupted`.
 */
export async function passGate(
  session: Session,
  plan: Plan,
  cluster: ClusterPlan,
  host: HostPlan,
): Promise<void> {
  if (host.changes.length === 0) return
  const { connections, forks, listener, signal } = session
  const way = (one: HostPlan) => reachable(connections, preparedFor(session, one).target)
  const surroundings = {
    surveyed: cluster.hosts.filter((one) => one.host !== host.host).map(way),
    others: possibleHosts(session, plan, cluster).map((target) => reachable(connections, target)),
    cluster: cluster.cluster,
    disruption: willRestart(host) ? ('restarts' as const) : ('writes' as const),
    forks,
  }
  const waits = (why: string) => {
    listener({ type: 'step-waits', host: host.host, step: 'gate', why, limit: gateTimeout })
  }
  const action = async () => {
    const next = await reach(way(host))
    await checkGate(host.host, () => askCluster({ next, ...surroundings }), waits, signal)
  }
  const locate = (thrown: unknown) => toPlanewrightError(thrown).at({ host: host.host })
  const describe = () =>
    cluster.cluster === undefined
      ? 'not in a cluster'
      : `${cluster.hosts.length} control plane${cluster.hosts.length === 1 ? '' : 's'}`
  await announce(listener, host.host, 'gate', action, describe, locate)
}
