import type { Change } from '../../host/change.ts'
import type { Observed } from './observed.ts'

/** How to prove that auditing works on a host; see `DesiredAuditProof`. */
export interface ProofPlan {
  /** The policy as the apiserver will read it at its start. */
  readonly policy: string
  readonly policyFile: string
  /** A path on the host. */
  readonly logFile: string
  /** Where that node's own apiserver listens. */
  readonly apiserver: { readonly address: string; readonly port: number }
}

/** The changes of one host, in order. It is a value: `apply` performs exactly what `plan` prints. */
export interface HostPlan {
  readonly host: string
  readonly address: string
  /** The cluster's id: sha256 of its CA certificate. Undefined for a host that has none. */
  readonly cluster: string | undefined
  readonly changes: readonly Change[]
  /** Whether a kubelet runs there: without a kubelet, nothing restarts a static pod. */
  readonly kubelet: boolean
  /** Null if no task asks for a proof. */
  readonly provable: ProofPlan | null
  /** Things that are not wrong, but that people should know. */
  readonly warnings: readonly string[]
  /** The settings that are there now; undefined if no task asks for a static pod. */
  readonly observed?: Observed
  /** kube-apiserver's manifest as it is now; undefined if no task asks for it. */
  readonly apiserver?: { readonly path: string; readonly manifest: string }
}

/** Whether the host's apiserver, or another of its static pods, will be down for a moment. */
export function willRestart({ changes }: HostPlan): boolean {
  return changes.some(({ kind }) => kind === 'restart')
}

/**
 * The hosts that share one Kubernetes CA, in the order in which they are rolled; or one host that takes no
 * turns.
 */
export interface ClusterPlan {
  /**
   * sha256 of the CA certificate. Undefined for hosts without a CA, which take turns as if they were one
   * cluster, and for a host that takes no turns; see `rollIndependently`.
   */
  readonly cluster: string | undefined
  readonly hosts: readonly HostPlan[]
}
