import { lineOf, PlanewrightError } from '../../error.ts'
import type { ClusterPlan } from '../values/host-plan.ts'
import { failedOutcome, type HostOutcome } from '../values/outcome.ts'
import type { Plan } from '../plan/plan.ts'
import { unlistedLine, type UnlistedControlPlanes } from './unlisted.ts'

/** Why a cluster is refused; undefined if it is not. */
function refusalOf(
  cluster: ClusterPlan,
  { found, failedLookups }: UnlistedControlPlanes,
): PlanewrightError | undefined {
  const own = cluster.hosts.map(({ host }) => host)
  const unlisted = found.filter((unlisted) => unlisted.cluster === cluster.cluster)
  const unknown = failedLookups.filter(({ hosts }) => hosts.some((host) => own.includes(host)))
  if (unlisted.length === 0 && unknown.length === 0) return undefined
  const [what, mend] =
    unlisted.length === 0
      ? [
          'it is unknown whether the inventory lacks control planes of the cluster',
          'Repair what could not be asked',
        ]
      : ['the cluster has control planes that the inventory lacks', 'Add them to the inventory']
  return new PlanewrightError('host', what, {
    why: [...unlisted.map(unlistedLine), ...unknown.map(({ error }) => lineOf(error))].join('\n'),
    remedy: `Nothing was written on any host of this cluster. ${mend}, or run without --strict.`,
  })
}

/**
 * The plan without the clusters whose control planes the inventory lacks, or may lack because a lookup
 * failed. The hosts of these clusters fail before they begin. Other clusters stay as they are. Pure.
 */
export function refuseUnlisted(plan: Plan, unlisted: UnlistedControlPlanes): Plan {
  const judged = plan.clusters.map((cluster) => ({ cluster, refusal: refusalOf(cluster, unlisted) }))
  const refused = judged.flatMap(({ cluster, refusal }) =>
    refusal === undefined ? [] : cluster.hosts.map((host) => failedOutcome(host, refusal)),
  )
  return {
    clusters: judged.filter(({ refusal }) => refusal === undefined).map(({ cluster }) => cluster),
    failures: [...plan.failures, ...refused],
  }
}

/** The outcomes, with a warning for each failed lookup in their clusters. */
export function warnOfFailedLookups(
  outcomes: readonly HostOutcome[],
  { failedLookups }: UnlistedControlPlanes,
): readonly HostOutcome[] {
  return outcomes.map((outcome) => {
    const own = failedLookups.filter(({ hosts }) => hosts.includes(outcome.host))
    return { ...outcome, warnings: [...outcome.warnings, ...own.map(({ error }) => lineOf(error))] }
  })
}
