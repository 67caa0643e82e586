import type { Change } from '../../host/change.ts'
import type { Observed } from './observed.ts'

/** How to prove that auditing works on a host; see `DesiredAuditProof`. */
export interface ProofPlan {
  /** The policy as the apiserver will have read it. */
  readonly policy: string
  readonly policyFile: string
  /** On the host. */
  readonly logFile: string
  /** Where that node's own apiserver listens. */
  readonly apiserver: { readonly address: string; readonly port: number }
}

/** What is to be done on one host, in order. A value: what `plan` prints is what `apply` performs. */
export interface HostPlan {
  readonly host: string
  readonly address: string
  /** The cluster's id: sha256 of its CA certificate. Undefined for a host that has none. */
  readonly cluster: string | undefined
  readonly changes: readonly Change[]
  /** Whether a kubelet runs there: without one no restart would ever come. */
  readonly kubelet: boolean
  /** Null where no task asks for a proof. */
  readonly provable: ProofPlan | null
  /** What is not wrong but should be known. */
  readonly warnings: readonly string[]
  /** What stands there now; undefined where no task asks for a static pod. */
  readonly observed?: Observed
  /** kube-apiserver's manifest as it stands there now; undefined where no task asks for it. */
  readonly apiserver?: { readonly path: string; readonly manifest: string }
}

/** Whether a host's apiserver, or another of its static pods, will be away for a moment. */
export function willRestart({ changes }: HostPlan): boolean {
  return changes.some(({ kind }) => kind === 'restart')
}

/** The hosts that share one Kubernetes CA, in the order in which they are rolled; or one that takes no turns. */
export interface ClusterPlan {
  /**
   * sha256 of the CA certificate. Undefined for hosts without one, which take turns as if it were one, and for a host
   * by itself; see `withoutTurns`.
   */
  readonly cluster: string | undefined
  readonly hosts: readonly HostPlan[]
}
