import { exitCodes } from '../exit-codes.ts'
import { wasPlanned } from './requirements.ts'
import type { Report, UnlistedReport } from './schema.ts'

/** A cluster of the run, and the control planes that the inventory lacks there, as far as that is known. */
export interface ClusterUnlisted {
  /** sha256 of the CA certificate. */
  readonly cluster: string
  readonly unlisted: readonly UnlistedReport[]
  /** Why there may be others; undefined where these are all. */
  readonly unknown: string | undefined
}

/** Why it is not known whether a cluster has unlisted: none found must not pass for none there. */
function unknownOf(report: Report, cluster: string, unlisted: readonly UnlistedReport[]): string | undefined {
  const hosts = report.hosts.filter((host) => host.cluster === cluster)
  const failedLookups = report.failedLookups.filter(({ hosts: names }) =>
    hosts.some(({ host }) => names.includes(host)),
  )
  if (failedLookups.length > 0) return failedLookups.map(({ error }) => error.what).join('; ')
  if (unlisted.length > 0) return undefined
  // Clusters are asked after the plans, and not any more once the run was interrupted.
  if (report.exitCode === exitCodes.interrupted) return 'the run was interrupted'
  return hosts.some(wasPlanned) ? undefined : 'no host of the cluster could be planned'
}

/** Every cluster that is known, with its unlisted; empty for the verbs that do not look for them. */
export function clusterUnlisted(report: Report): readonly ClusterUnlisted[] {
  if (report.verb !== 'apply' && report.verb !== 'verify') return []
  const known = [...report.hosts, ...report.unlistedControlPlanes].map(({ cluster }) => cluster)
  return [...new Set(known.filter((cluster) => cluster !== null))].map((cluster) => {
    const unlisted = report.unlistedControlPlanes.filter((unlisted) => unlisted.cluster === cluster)
    return { cluster, unlisted, unknown: unknownOf(report, cluster, unlisted) }
  })
}
