import { exitCodes } from './exit-code.ts'
import { wasPlanned } from './requirements.ts'
import type { Report, StrangerReport } from './schema.ts'

/** A cluster of the run, and the control planes that the inventory lacks there, as far as that is known. */
export interface ClusterStrangers {
  /** sha256 of the CA certificate. */
  readonly cluster: string
  readonly strangers: readonly StrangerReport[]
  /** Why there may be others; undefined where these are all. */
  readonly unknown: string | undefined
}

/** Why it is not known whether a cluster has strangers: none found must not pass for none there. */
function unknownOf(
  report: Report,
  cluster: string,
  strangers: readonly StrangerReport[],
): string | undefined {
  const hosts = report.hosts.filter((host) => host.cluster === cluster)
  const doubts = report.doubts.filter(({ hosts: names }) => hosts.some(({ host }) => names.includes(host)))
  if (doubts.length > 0) return doubts.map(({ error }) => error.what).join('; ')
  if (strangers.length > 0) return undefined
  // Clusters are asked after the plans, and not any more once the run was interrupted.
  if (report.exitCode === exitCodes.interrupted) return 'the run was interrupted'
  return hosts.some(wasPlanned) ? undefined : 'no host of the cluster could be planned'
}

/** Every cluster that is known, with its strangers; empty for the verbs that do not look for them. */
export function clusterStrangers(report: Report): readonly ClusterStrangers[] {
  if (report.verb !== 'apply' && report.verb !== 'verify') return []
  const known = [...report.hosts, ...report.strangers].map(({ cluster }) => cluster)
  return [...new Set(known.filter((cluster) => cluster !== null))].map((cluster) => {
    const strangers = report.strangers.filter((stranger) => stranger.cluster === cluster)
    return { cluster, strangers, unknown: unknownOf(report, cluster, strangers) }
  })
}
