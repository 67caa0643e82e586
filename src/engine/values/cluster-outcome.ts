import type { PlanewrightError } from '../../error.ts'
import type { SettingDifference } from './observed.ts'

/** A cluster's stored configuration becomes another one. */
export interface StoredConfigurationChange {
  readonly kind: 'stored-configuration'
  /** The task that asked for it. */
  readonly task: string
  /** `namespace/name` of the ConfigMap. */
  readonly name: string
  /** In words for people: what is not as it should be. Never empty. */
  readonly differences: readonly string[]
  readonly before: string
  readonly after: string
  /** Of the ConfigMap that `before` was read from. */
  readonly resourceVersion: string
}

export type ClusterChange = StoredConfigurationChange

/**
 * How a cluster's own tasks ended, beside those of its hosts.
 *
 * - `ok`: nothing had to be done
 * - `pending`: changes are due, and were not asked for, or not all control planes are proven
 * - `changed`: changes were performed
 * - `failed`: something was refused or went wrong
 * - `unknown`: it could not be asked
 * - `skipped`: not begun, because a host of the cluster failed or the run was interrupted
 */
export type ClusterStatus = 'ok' | 'pending' | 'changed' | 'failed' | 'unknown' | 'skipped'

/** What became of the tasks of one cluster. */
export interface ClusterOutcome {
  /** sha256 of its CA certificate. */
  readonly cluster: string
  /** Its hosts in this run, by their names in the inventory. */
  readonly hosts: readonly string[]
  readonly status: ClusterStatus
  readonly changes: readonly ClusterChange[]
  readonly warnings: readonly string[]
  /** Its control planes that are not part of this run, as the cluster calls them: nothing is changed without them. */
  readonly waitsFor: readonly string[]
  /** In what its control planes differed from each other before anything was performed. */
  readonly differing: readonly SettingDifference[]
  /** Why it failed, is not known, or was skipped. */
  readonly error: PlanewrightError | undefined
}
