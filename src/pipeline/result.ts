import type { UnlistedControlPlanes } from '../engine/cluster/unlisted.ts'
import type { Causes } from '../engine/explain/explain.ts'
import type { Forecasts } from '../engine/stored/forecast-hosts.ts'
import type { ClusterOutcome } from '../engine/values/cluster-outcome.ts'
import type { HostOutcome } from '../engine/values/outcome.ts'
import type { Report } from '../report/schema.ts'

/** What a verb found and did. Fields for what it does not look for are empty. */
export interface Findings {
  /** How each host ended. */
  readonly hosts: readonly HostOutcome[]
  /** How each cluster's own tasks ended. */
  readonly clusters: readonly ClusterOutcome[]
  /** By host: why it differed. */
  readonly causes: Causes
  /** By host: its apiserver after a `kubeadm upgrade`. */
  readonly forecasts: Forecasts
  /** Control planes that the inventory lacks, and the lookups that failed. */
  readonly unlisted: UnlistedControlPlanes
}

/** The result of a pipeline. */
export interface RunResult extends Findings {
  /**
   * The command's exit code: 0 done or nothing to do, 1 failed, 2 changes pending, 3 host unreachable, 130
   * interrupted.
   */
  readonly exitCode: number
  /** The same as data, as `--output json` prints it. */
  readonly report: Report
}

/** For verbs that do not look for these. */
export const noFindings: Findings = {
  hosts: [],
  clusters: [],
  causes: new Map(),
  forecasts: new Map(),
  unlisted: { found: [], failedLookups: [] },
}
