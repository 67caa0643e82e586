import type { Session } from '../session/session.ts'
import type { Survey } from '../survey/survey.ts'
import type { Plan } from '../plan/plan.ts'
import type { ClusterOutcome } from '../values/cluster-outcome.ts'
import { compareChanges, isPerformed } from './compare-changes.ts'
import { compareHost, type HostComparison, type HostInCluster } from './compare-host.ts'
import { describePlan } from './describe-plan.ts'
import { SecretDigests } from './digest.ts'
import type { PlanDifference } from './difference.ts'
import { openTransactions } from './save-plan.ts'
import type { SavedCluster, SavedPlan } from './saved-plan.ts'

/** How a cluster's own plan has changed since it was saved. */
export interface ClusterComparison {
  readonly cluster: string
  readonly differences: readonly PlanDifference[]
}

/** How a plan has changed since it was saved. */
export interface PlanComparison {
  readonly hosts: readonly HostComparison[]
  readonly clusters: readonly ClusterComparison[]
}

/**
 * The hosts with their turns, counted among those that are in the same cluster in the other plan. So a host
 * that is missing does not shift the others.
 */
function hostsOf(
  clusters: readonly SavedCluster[],
  others: readonly SavedCluster[],
): readonly HostInCluster[] {
  return clusters.flatMap(({ cluster, hosts }) => {
    const same = others.find((one) => one.cluster === cluster)?.hosts ?? []
    const staying = hosts.filter(({ host }) => same.some((one) => one.host === host))
    return hosts.map((host) => ({ ...host, cluster, turn: staying.indexOf(host) + 1 }))
  })
}

function waiting({ waitsFor }: SavedCluster): string | null {
  return waitsFor.length === 0 ? null : waitsFor.toSorted().join(', ')
}

function compareCluster(planned: SavedCluster | undefined, now: SavedCluster): readonly PlanDifference[] {
  const changes = planned?.changes ?? []
  if (isPerformed(changes, now.changes)) return []
  const waits = { planned: planned === undefined ? null : waiting(planned), now: waiting(now) }
  const isOther = now.changes.length > 0 && waits.planned !== waits.now
  const of = 'the stored configuration'
  return [
    ...compareChanges(changes, now.changes),
    ...(isOther ? [{ kind: 'wanted', of, field: 'waits for', ...waits } as const] : []),
  ]
}

/** Compares the descriptions of two plans. Pure. */
export function compareDescribed(
  planned: readonly SavedCluster[],
  now: readonly SavedCluster[],
  open: ReadonlyMap<string, string>,
): PlanComparison {
  const [before, after] = [hostsOf(planned, now), hostsOf(now, planned)]
  const hosts = now.flatMap((cluster) =>
    cluster.hosts.map(({ host }) => {
      const same = before.find((one) => one.host === host)
      const own = after.find((one) => one.host === host)
      if (same !== undefined && own !== undefined) return compareHost(same, own, open.get(host))
      return { host, differences: [{ kind: 'unplanned' } as const], performed: false }
    }),
  )
  const clusters = now.flatMap((cluster) => {
    if (cluster.cluster === null) return []
    const same = planned.find((one) => one.cluster === cluster.cluster)
    return [{ cluster: cluster.cluster, differences: compareCluster(same, cluster) }]
  })
  return { hosts, clusters }
}

/**
 * Compares what a run has planned with the saved plan. Hosts that failed now are not compared.
 *
 * @param clusters from `planClusters`
 */
export async function comparePlan(
  saved: SavedPlan,
  session: Pick<Session, 'hosts'>,
  now: { readonly survey: Survey; readonly plan: Plan; readonly clusters: readonly ClusterOutcome[] },
): Promise<PlanComparison> {
  const digests = new SecretDigests(saved.salt)
  const described = await describePlan(session, now.plan, now.clusters, digests)
  return compareDescribed(saved.clusters, described, openTransactions(now.survey))
}
