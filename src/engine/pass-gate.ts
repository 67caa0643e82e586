import { toPlanewrightError } from '../error.ts'
import { askCluster } from './ask-cluster.ts'
import { othersOf, reachable } from './candidates.ts'
import { reach } from './control-plane.ts'
import { demandsOf } from './demand.ts'
import { announce } from './event.ts'
import { checkGate } from './gate.ts'
import type { ClusterPlan, HostPlan } from './host-plan.ts'
import type { Plan } from './plan.ts'
import { preparedFor, type Session } from './session.ts'

/** Whether a host's apiserver, or another of its static pods, will be away for a moment. */
export function willRestart({ changes }: HostPlan): boolean {
  return changes.some(({ kind }) => kind === 'restart')
}

/**
 * Asks the whole cluster whether it bears it, for a host of which an apiserver is to be restarted.
 *
 * @throws PlanewrightError `host` where it does not; `unreachable` where the host is lost; `interrupted`.
 */
export async function passGate(
  session: Session,
  plan: Plan,
  cluster: ClusterPlan,
  host: HostPlan,
): Promise<void> {
  if (!willRestart(host)) return
  const { connections, forks, listener, signal } = session
  const way = (one: HostPlan) => reachable(connections, preparedFor(session, one).target)
  const surveyed = cluster.hosts.filter((one) => one.host !== host.host).map(way)
  const others = othersOf(session, plan, cluster).map((target) => reachable(connections, target))
  const action = async () => {
    const next = await reach(way(host))
    await checkGate(async () => {
      const { own, findings } = await askCluster({ next, surveyed, others, cluster: cluster.cluster, forks })
      const demands = demandsOf(own)
      return findings.filter(({ demand }) => demands.has(demand))
    }, signal)
  }
  const locate = (thrown: unknown) => toPlanewrightError(thrown).at({ host: host.host })
  const describe = () => `${cluster.hosts.length} control plane${cluster.hosts.length === 1 ? '' : 's'}`
  await announce(listener, host.host, 'gate', action, describe, locate)
}
