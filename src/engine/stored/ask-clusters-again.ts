import type { ClusterOutcome } from '../values/cluster-outcome.ts'
import { planClusters } from './plan-clusters.ts'
import type { Plan } from '../plan/plan.ts'
import type { Session } from '../session/session.ts'
import { surveyClusters } from './survey-clusters.ts'

/**
 * Asks those clusters again that were unknown before the roll: their control planes may have been repaired
 * since. The others stay as they are.
 *
 * @param clusters from `planClusters`, before the roll
 */
export async function askClustersAgain(
  session: Session,
  planned: Plan,
  clusters: readonly ClusterOutcome[],
): Promise<readonly ClusterOutcome[]> {
  if (!clusters.some(({ status }) => status === 'unknown')) return clusters
  const again = planClusters(session, planned, await surveyClusters(session, planned))
  return clusters.map((one) =>
    one.status === 'unknown' ? (again.find(({ cluster }) => cluster === one.cluster) ?? one) : one,
  )
}
