import type { UnlistedControlPlanes } from '../engine/cluster/unlisted.ts'
import type { Causes } from '../engine/explain/explain.ts'
import type { Forecasts } from '../engine/stored/forecast-hosts.ts'
import type { ClusterOutcome } from '../engine/values/cluster-outcome.ts'
import type { HostOutcome } from '../engine/values/outcome.ts'
import type { Report } from '../report/schema.ts'

/** What a verb found and did. What it does not look for is empty. */
export interface Findings {
  /** How each host ended. */
  readonly hosts: readonly HostOutcome[]
  /** How each cluster ended: what concerns it as a whole, beside its hosts. */
  readonly clusters: readonly ClusterOutcome[]
  /** By host: why it was not as it should be. */
  readonly causes: Causes
  /** By host: what `kubeadm upgrade` would make of its apiserver. */
  readonly forecasts: Forecasts
  /** Control planes that the inventory lacks, and what could not be asked about them. */
  readonly unlisted: UnlistedControlPlanes
}

/** What a pipeline gives back. */
export interface RunResult extends Findings {
  /**
   * What the command exits with: 0 done or nothing to do, 1 failed, 2 changes pending, 3 host unreachable, 130
   * interrupted.
   */
  readonly exitCode: number
  /** The same as data, as `--output json` prints it. */
  readonly report: Report
}

/** What nobody looked for. */
export const noFindings: Findings = {
  hosts: [],
  clusters: [],
  causes: new Map(),
  forecasts: new Map(),
  unlisted: { found: [], failedLookups: [] },
}
