import type { PlanewrightError } from '../../error.ts'
import type { SettingDifference } from './observed.ts'

/** A change of a cluster's stored configuration. */
export interface StoredConfigurationChange {
  readonly kind: 'stored-configuration'
  /** The task that asked for it. */
  readonly task: string
  /** `namespace/name` of the ConfigMap. */
  readonly name: string
  /** In words for people: what differs from what should be. Never empty. */
  readonly differences: readonly string[]
  readonly before: string
  readonly after: string
  /** The version of the ConfigMap that `before` was read from. */
  readonly resourceVersion: string
}

export type ClusterChange = StoredConfigurationChange

/**
 * How a cluster's own tasks ended, as opposed to the tasks of its hosts.
 *
 * - `ok`: nothing had to be done
 * - `pending`: changes are due, but were not asked for, or not all control planes are proven
 * - `changed`: changes were performed
 * - `failed`: something was refused or went wrong
 * - `unknown`: the cluster could not be asked
 * - `skipped`: not begun, because a host of the cluster failed or the run was interrupted
 */
export type ClusterStatus = 'ok' | 'pending' | 'changed' | 'failed' | 'unknown' | 'skipped'

/** The result of one cluster's tasks. */
export interface ClusterOutcome {
  /** sha256 of its CA certificate. */
  readonly cluster: string
  /** Its hosts in this run, by their names in the inventory. */
  readonly hosts: readonly string[]
  readonly status: ClusterStatus
  readonly changes: readonly ClusterChange[]
  readonly warnings: readonly string[]
  /**
   * Its control planes that are not part of this run, by their names in the cluster. Nothing changes as long
   * as they are left out.
   */
  readonly waitsFor: readonly string[]
  /** The settings in which its control planes differed from each other before anything was performed. */
  readonly differing: readonly SettingDifference[]
  /** Why it failed, is unknown, or was skipped. */
  readonly error: PlanewrightError | undefined
}
