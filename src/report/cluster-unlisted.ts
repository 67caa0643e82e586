import { exitCodes } from '../exit-codes.ts'
import { wasPlanned } from './requirements.ts'
import type { Report, UnlistedReport } from './schema.ts'

/** A cluster of the run, and the control planes that the inventory lacks there, as far as they are known. */
export interface ClusterUnlisted {
  /** sha256 of the CA certificate. */
  readonly cluster: string
  readonly unlisted: readonly UnlistedReport[]
  /** Why there may be others; undefined if these are all. */
  readonly unknown: string | undefined
}

/**
 * Why it is unknown whether the inventory lacks control planes of a cluster. An unknown must not look like
 * none.
 */
function unknownOf(report: Report, cluster: string, unlisted: readonly UnlistedReport[]): string | undefined {
  const hosts = report.hosts.filter((host) => host.cluster === cluster)
  const failedLookups = report.failedLookups.filter(({ hosts: names }) =>
    hosts.some(({ host }) => names.includes(host)),
  )
  if (failedLookups.length > 0) return failedLookups.map(({ error }) => error.what).join('; ')
  if (unlisted.length > 0) return undefined
  // The lookup comes after the plans, and an interrupted run does not begin it.
  if (report.exitCode === exitCodes.interrupted) return 'the run was interrupted'
  return hosts.some(wasPlanned) ? undefined : 'no host of the cluster could be planned'
}

/** Every known cluster with its unlisted control planes; empty for verbs that do not look for them. */
export function clusterUnlisted(report: Report): readonly ClusterUnlisted[] {
  if (report.verb !== 'apply' && report.verb !== 'verify') return []
  const known = [...report.hosts, ...report.unlistedControlPlanes].map(({ cluster }) => cluster)
  return [...new Set(known.filter((cluster) => cluster !== null))].map((cluster) => {
    const unlisted = report.unlistedControlPlanes.filter((unlisted) => unlisted.cluster === cluster)
    return { cluster, unlisted, unknown: unknownOf(report, cluster, unlisted) }
  })
}
