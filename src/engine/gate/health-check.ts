import type { Presence } from '../cluster/control-plane.ts'

/**
 * The checks of a cluster before one of its control planes changes.
 *
 * - `idle`: no transaction is open and no kubeadm runs on any control plane
 * - `kubelet`: their kubelets answer
 * - `seen`: every host that is a control plane, or may be, answered
 * - `quorum`: etcd keeps its quorum with one more member lost
 * - `listed`: the cluster says which control planes it has
 * - `askable`: it says for each where its apiserver is
 * - `ready`: every other apiserver is ready
 */
export type HealthCheck = 'idle' | 'kubelet' | 'seen' | 'quorum' | 'listed' | 'askable' | 'ready'

/** A failed check, in a line. */
export interface Finding {
  readonly check: HealthCheck
  readonly words: string
}

/** The problems of one host or service as findings of a check. */
export function found(check: HealthCheck, name: string, troubles: readonly string[]): readonly Finding[] {
  return troubles.map((trouble) => ({ check, words: `${name}: ${trouble}` }))
}

/**
 * What a plan takes away from the cluster while it is performed: `writes` takes nothing, `restarts` a static
 * pod.
 */
export type Disruption = 'writes' | 'restarts'

const ofWrites: readonly HealthCheck[] = ['idle']
const ofRestarts: readonly HealthCheck[] = [...ofWrites, 'kubelet', 'seen', 'quorum']
const ofLosses: readonly HealthCheck[] = [...ofRestarts, 'listed', 'askable', 'ready']

/** The checks for a host. If nobody can reach its apiserver, a change takes nothing away from the cluster. */
export function checksFor(disruption: Disruption, own: Presence): ReadonlySet<HealthCheck> {
  if (disruption === 'writes') return new Set(ofWrites)
  return new Set(own === 'open' ? ofLosses : ofRestarts)
}

/** These pass by themselves when a kubelet restarts an apiserver. */
const passing: ReadonlySet<HealthCheck> = new Set(['listed', 'ready'])

/** Whether to wait: something is wrong, and all of it may pass by itself. */
export function mayPass(findings: readonly Finding[]): boolean {
  return findings.length > 0 && findings.every(({ check }) => passing.has(check))
}
