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
export type Demand = 'idle' | 'kubelet' | 'seen' | 'quorum' | 'listed' | 'askable' | 'ready'

/** Something that is not as it is demanded, in a line. */
export interface Finding {
  readonly demand: Demand
  readonly words: string
}

/** Troubles of somebody, as what they are against. */
export function found(demand: Demand, name: string, troubles: readonly string[]): readonly Finding[] {
  return troubles.map((trouble) => ({ demand, words: `${name}: ${trouble}` }))
}

/**
 * What a host's own apiserver is to its cluster.
 *
 * - `absent`: no process of it runs
 * - `closed`: one runs, and nothing listens at its port
 * - `open`: something listens, whatever it answers. One that is not ready for a moment serves all the same: others are
 *   connected to it, and it is what is left where its peers are down.
 */
export type Presence = 'absent' | 'closed' | 'open'

/** What a plan takes away from the cluster while it is performed: `writes` nothing, `restarts` a static pod. */
export type Burden = 'writes' | 'restarts'

const ofWrites: readonly Demand[] = ['idle']
const ofRestarts: readonly Demand[] = [...ofWrites, 'kubelet', 'seen', 'quorum']
const ofLosses: readonly Demand[] = [...ofRestarts, 'listed', 'askable', 'ready']

/** What is demanded for a host: one whose apiserver nobody can reach takes nothing away that its peers have to bear. */
export function demandsOf(burden: Burden, own: Presence): ReadonlySet<Demand> {
  if (burden === 'writes') return new Set(ofWrites)
  return new Set(own === 'open' ? ofLosses : ofRestarts)
}

/** What comes right by itself where a kubelet restarts an apiserver. */
const passing: ReadonlySet<Demand> = new Set(['listed', 'ready'])

/** Whether it is worth waiting: something is wrong, and all of it may pass by itself. */
export function mayPass(findings: readonly Finding[]): boolean {
  return findings.length > 0 && findings.every(({ demand }) => passing.has(demand))
}
