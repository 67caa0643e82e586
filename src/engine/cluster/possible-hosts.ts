import type { ConnectionTarget } from '../../connection/target.ts'
import { readHost } from '../../host/host-reader.ts'
import type { Connections } from '../session/connections.ts'
import { namedHost, reach, see, type Reachable } from './control-plane.ts'
import type { ClusterPlan } from '../values/host-plan.ts'
import type { PossibleNode } from './match-hosts.ts'
import type { Plan } from '../plan/plan.ts'

/** The hosts of a session, as far as they can be nodes. */
export interface SessionHosts {
  readonly hosts: readonly { readonly target: ConnectionTarget }[]
  readonly neighbours: readonly ConnectionTarget[]
}

/**
 * The hosts of the inventory that may be control planes of a cluster, in addition to its planned ones: hosts
 * outside the limit, hosts that could not be surveyed or planned, and hosts without a CA. A host that is
 * known to have another CA is left out, as two sites may use the same names and addresses.
 */
export function possibleHosts(
  { hosts, neighbours }: SessionHosts,
  { clusters, failures }: Plan,
  { cluster, hosts: own }: ClusterPlan,
): readonly ConnectionTarget[] {
  const planned = [...clusters.flatMap((one) => one.hosts), ...failures]
  const clusterOf = new Map(planned.map((one) => [one.host, one.cluster]))
  const isForeign = (name: string) => {
    const known = clusterOf.get(name)
    return cluster !== undefined && known !== undefined && known !== cluster
  }
  const all = [...hosts.map(({ target }) => target), ...neighbours]
  return all.filter(({ name }) => !own.some((one) => one.host === name) && !isForeign(name))
}

/** A host that is reached over the run's connection to it. */
export function reachable(connections: Connections, target: ConnectionTarget): Reachable {
  const { name, address } = target
  return { name, address, connect: () => connections.open(target) }
}

/** A host that may be a control plane of the cluster, with a way to ask it. */
export function possibleNode(host: Reachable): PossibleNode & { readonly host: Reachable } {
  return {
    host,
    name: host.name,
    addresses: [host.address],
    identify: async () => {
      const control = await reach(host)
      const seen = await see(control, readHost(control.connection))
      return { ...namedHost(seen), cluster: seen.cluster }
    },
  }
}
