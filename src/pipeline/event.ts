import type { UnlistedControlPlanes } from '../engine/cluster/unlisted.ts'
import type { Causes } from '../engine/explain/explain.ts'
import type { Forecasts } from '../engine/stored/forecast-hosts.ts'
import type { ClusterOutcome } from '../engine/values/cluster-outcome.ts'
import type { RunEvent } from '../engine/values/event.ts'
import type { HostOutcome } from '../engine/values/outcome.ts'

/** The run has checked its inventory, its variables and its templates, and has asked no host yet. */
export interface HostsSelected {
  readonly type: 'hosts-selected'
  /** The hosts of this run, by their names in the inventory. */
  readonly hosts: readonly string[]
  /** All hosts of the group, including those that the limit leaves out. */
  readonly inventory: readonly string[]
}

/** The run has planned, and has changed no host yet. */
export interface PlanDrawn {
  readonly type: 'plan-drawn'
  /** Every host as it is now. */
  readonly hosts: readonly HostOutcome[]
  readonly clusters: readonly ClusterOutcome[]
  readonly causes: Causes
  readonly forecasts: Forecasts
  /** What `apply` found before the roll; other verbs look later, or not at all. */
  readonly unlisted: UnlistedControlPlanes
}

/** What a pipeline tells its listener: the steps of its hosts, and these two events. */
export type PipelineEvent = RunEvent | HostsSelected | PlanDrawn
