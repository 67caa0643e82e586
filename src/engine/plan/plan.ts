import { toPlanewrightError } from '../../error.ts'
import type { ClusterPlan, HostPlan } from '../values/host-plan.ts'
import { failedOutcome, type HostOutcome } from '../values/outcome.ts'
import { planHost } from './plan-host.ts'
import { Readings } from './readings.ts'
import type { Survey } from '../survey/survey.ts'

/** All changes of a run. A value: `plan` prints it, `apply` performs the very same. */
export interface Plan {
  readonly clusters: readonly ClusterPlan[]
  /** Hosts that could not be surveyed, or of which no plan can be made. */
  readonly failures: readonly HostOutcome[]
}

/** Hosts by their clusters, in the order in which they come. */
export function groupByCluster(hosts: readonly HostPlan[]): readonly ClusterPlan[] {
  // Hosts whose cluster cannot be told may be of one: they take turns as if they were.
  const groups = Map.groupBy(hosts, (host) => host.cluster)
  return [...groups.values()].map((members) => ({ cluster: members[0]?.cluster, hosts: members }))
}

/** Draws the plan of the hosts that a survey has read, by the tasks that it was read for. Pure. */
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

/** Whether anything is to be done. */
export function hasChanges(value: Plan): boolean {
  return value.clusters.some((cluster) => cluster.hosts.some((host) => host.changes.length > 0))
}

/** A host as it stands before anything is performed. */
export function pendingOutcome(host: HostPlan): HostOutcome {
  const status = host.changes.length > 0 ? 'pending' : 'ok'
  return { ...host, status, proof: null, error: undefined, undone: false }
}

/** Every host as it stands before anything is performed: what `plan` reports. */
export function pendingOutcomes(value: Plan): readonly HostOutcome[] {
  return [...value.clusters.flatMap((cluster) => cluster.hosts.map(pendingOutcome)), ...value.failures]
}
