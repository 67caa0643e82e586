import { PlanewrightError } from '../../error.ts'
import type { Plan } from '../plan/plan.ts'
import type { ClusterOutcome } from '../values/cluster-outcome.ts'
import type { HostPlan } from '../values/host-plan.ts'
import { failedOutcome, skippedOutcome, type HostOutcome } from '../values/outcome.ts'
import type { PlanComparison } from './compare-plan.ts'
import { differenceText, type PlanDifference } from './difference.ts'

/** A plan for hosts, and the plan for their clusters' own tasks. */
export interface WholePlan {
  readonly plan: Plan
  readonly clusters: readonly ClusterOutcome[]
}

/** The warning for a host on which the planned changes were performed before this run. */
export const performedText = 'the saved plan has been performed here already: nothing is due any more'

function changed(what: string, differences: readonly PlanDifference[]): PlanewrightError {
  const isOpen = differences.some(({ kind }) => kind === 'open-transaction')
  const planAgain = 'Nothing was written on any host. Read and save a new plan: planewright plan --out FILE.'
  return new PlanewrightError('saved-plan', `the saved plan does not fit ${what} any more`, {
    why: differences.map(differenceText).join('\n'),
    remedy: isOpen
      ? `Nothing was written on any host. Wait until the transaction has ended (planewright history); then try again.`
      : planAgain,
  })
}

function untouched(why: string): PlanewrightError {
  return new PlanewrightError('saved-plan', 'not touched, because the saved plan is refused', {
    why,
    remedy: 'A saved plan is performed as a whole or not at all.',
  })
}

/** Why a run is refused, in a line; undefined if it is not. */
function reasonOf({ plan, clusters }: WholePlan, comparison: PlanComparison): string | undefined {
  const differing = comparison.hosts.filter(({ differences }) => differences.length > 0)
  const changedClusters = comparison.clusters.filter(({ differences }) => differences.length > 0)
  const reasons = [
    ...differing.map(({ host }) => `${host} has changed`),
    ...plan.failures.map(({ host, status }) => `${host} is ${status}`),
    ...changedClusters.map(({ cluster }) => `cluster ${cluster.slice(0, 12)} has changed`),
    ...clusters
      .filter(({ error }) => error !== undefined)
      .map(({ hosts }) => `the cluster of ${hosts.join(', ')} cannot be planned`),
  ]
  return reasons.length === 0 ? undefined : reasons.join('; ')
}

function refuseHost(host: HostPlan, comparison: PlanComparison, reason: string): HostOutcome {
  const differences = comparison.hosts.find((one) => one.host === host.host)?.differences ?? []
  // This host is as planned. It is skipped, as the whole run is refused.
  if (differences.length === 0) return skippedOutcome(host, untouched(reason))
  return failedOutcome(host, changed('this host', differences))
}

function refuseCluster(cluster: ClusterOutcome, comparison: PlanComparison, reason: string): ClusterOutcome {
  const differences = comparison.clusters.find((one) => one.cluster === cluster.cluster)?.differences ?? []
  if (differences.length > 0)
    return { ...cluster, status: 'failed', error: changed('this cluster', differences) }
  if (cluster.status === 'pending') return { ...cluster, status: 'skipped', error: untouched(reason) }
  // An unknown cluster would be asked again after the roll.
  return cluster.status === 'unknown' ? { ...cluster, status: 'failed' } : cluster
}

function tellPerformed(plan: Plan, comparison: PlanComparison): Plan {
  const done = new Set(comparison.hosts.filter(({ performed }) => performed).map(({ host }) => host))
  const tell = (host: HostPlan) =>
    done.has(host.host) ? { ...host, warnings: [...host.warnings, performedText] } : host
  return {
    ...plan,
    clusters: plan.clusters.map((cluster) => ({ ...cluster, hosts: cluster.hosts.map(tell) })),
  }
}

/**
 * Returns the plan if it may be performed. If one host or one cluster has changed since the plan was saved,
 * no host is changed. A host on which all planned changes were already performed stays in the plan, with
 * nothing to do. So a run that stopped halfway can go on with the agreed plan. Pure.
 */
export function refuseChanged(now: WholePlan, comparison: PlanComparison): WholePlan {
  const reason = reasonOf(now, comparison)
  const { plan, clusters } = now
  if (reason === undefined) return { plan: tellPerformed(plan, comparison), clusters }
  const refused = plan.clusters.flatMap(({ hosts }) =>
    hosts.map((host) => refuseHost(host, comparison, reason)),
  )
  return {
    plan: { clusters: [], failures: [...refused, ...plan.failures] },
    clusters: clusters.map((cluster) => refuseCluster(cluster, comparison, reason)),
  }
}
