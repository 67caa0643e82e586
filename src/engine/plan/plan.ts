import { toPlanewrightError } from '../../error.ts'
import type { ClusterPlan, HostPlan } from '../values/host-plan.ts'
import { failedOutcome, type HostOutcome } from '../values/outcome.ts'
import { planHost } from './plan-host.ts'
import { Readings } from './readings.ts'
import type { Survey } from '../survey/survey.ts'

/** All changes of a run. It is a value: `apply` performs exactly what `plan` prints. */
export interface Plan {
  readonly clusters: readonly ClusterPlan[]
  /** Hosts that could not be surveyed or planned. */
  readonly failures: readonly HostOutcome[]
}

/** Groups hosts by cluster, in the given order. */
export function groupByCluster(hosts: readonly HostPlan[]): readonly ClusterPlan[] {
  // Hosts whose cluster is unknown may belong to one cluster, so they take turns.
  const groups = Map.groupBy(hosts, (host) => host.cluster)
  return [...groups.values()].map((members) => ({ cluster: members[0]?.cluster, hosts: members }))
}

/** Plans the hosts that a survey has read, with the tasks of that survey. Pure. */
export function drawPlan({ hosts, failures: unread, tasks }: Survey): Plan {
  const planned: HostPlan[] = []
  const failures = [...unread]
  const readings = new Readings()
  for (const surveyed of hosts) {
    try {
      planned.push(planHost(surveyed, tasks, readings))
    } catch (thrown) {
      const { name, target, cluster } = surveyed
      failures.push(
        failedOutcome({ host: name, address: target.address, cluster }, toPlanewrightError(thrown)),
      )
    }
  }
  return { clusters: groupByCluster(planned), failures }
}

/** Whether the plan has any changes. */
export function hasChanges(value: Plan): boolean {
  return value.clusters.some((cluster) => cluster.hosts.some((host) => host.changes.length > 0))
}

/** The outcome of a host before anything is performed. */
export function pendingOutcome(host: HostPlan): HostOutcome {
  const status = host.changes.length > 0 ? 'pending' : 'ok'
  return { ...host, status, proof: null, error: undefined, undone: false }
}

/** The outcomes of all hosts before anything is performed: the report of `plan`. */
export function pendingOutcomes(value: Plan): readonly HostOutcome[] {
  return [...value.clusters.flatMap((cluster) => cluster.hosts.map(pendingOutcome)), ...value.failures]
}
