import type { Presence } from '../cluster/control-plane.ts'

/**
 * What has to hold of a cluster before one of its control planes is touched.
 *
 * - `idle`: no transaction is open and no kubeadm at work on any control plane
 * - `kubelet`: their kubelets answer
 * - `seen`: every host that is one of them, or may be, could be looked at
 * - `quorum`: etcd has its quorum with one more member lost
 * - `listed`: the cluster tells which its control planes are
 * - `askable`: it tells of each where its apiserver is
 * - `ready`: every other apiserver is ready
 */
export type HealthCheck = 'idle' | 'kubelet' | 'seen' | 'quorum' | 'listed' | 'askable' | 'ready'

/** Something that is not as it is demanded, in a line. */
export interface Finding {
  readonly check: HealthCheck
  readonly words: string
}

/** Troubles of somebody, as what they are against. */
export function found(check: HealthCheck, name: string, troubles: readonly string[]): readonly Finding[] {
  return troubles.map((trouble) => ({ check, words: `${name}: ${trouble}` }))
}

/** What a plan takes away from the cluster while it is performed: `writes` nothing, `restarts` a static pod. */
export type Disruption = 'writes' | 'restarts'

const ofWrites: readonly HealthCheck[] = ['idle']
const ofRestarts: readonly HealthCheck[] = [...ofWrites, 'kubelet', 'seen', 'quorum']
const ofLosses: readonly HealthCheck[] = [...ofRestarts, 'listed', 'askable', 'ready']

/** What is demanded for a host: one whose apiserver nobody can reach takes nothing away that its peers have to bear. */
export function checksFor(disruption: Disruption, own: Presence): ReadonlySet<HealthCheck> {
  if (disruption === 'writes') return new Set(ofWrites)
  return new Set(own === 'open' ? ofLosses : ofRestarts)
}

/** What comes right by itself where a kubelet restarts an apiserver. */
const passing: ReadonlySet<HealthCheck> = new Set(['listed', 'ready'])

/** Whether it is worth waiting: something is wrong, and all of it may pass by itself. */
export function mayPass(findings: readonly Finding[]): boolean {
  return findings.length > 0 && findings.every(({ check }) => passing.has(check))
}
