import { compareReleases, type Release } from './version.ts'

/** A flag of kube-apiserver whose default changes from a release on. */
export interface DefaultChange {
  readonly flag: string
  /** The first minor release with the new default, without the leading `v1.` and the patch. */
  readonly since: number
  readonly before: string
  readonly after: string
}

/**
 * The audit flags' defaults that changed, from kubernetes/apiserver pkg/server/options/audit.go. The file is
 * the same from 1.28 to 1.35, and from 1.36 to 1.37. No flag was renamed or removed.
 */
export const auditDefaultChanges: readonly DefaultChange[] = [
  {
    flag: 'audit-log-maxage',
    since: 36,
    before: '0 (old files are kept without a time limit)',
    after: '366 days',
  },
  { flag: 'audit-log-maxbackup', since: 36, before: '0 (all old files are kept)', after: '100 files' },
  { flag: 'audit-log-maxsize', since: 36, before: '0 (rotation at 100 MB)', after: '100 MB' },
]

/** The changes that come with an upgrade. */
export function defaultChangesBetween(from: Release, to: Release): readonly DefaultChange[] {
  const isCrossed = ({ since }: DefaultChange) => {
    const first = { major: 1, minor: since, patch: 0 }
    return compareReleases(from, first) < 0 && compareReleases(to, first) >= 0
  }
  return auditDefaultChanges.filter(isCrossed)
}
