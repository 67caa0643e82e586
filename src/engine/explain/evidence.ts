import type { KeptTransaction } from '../../guard/history.ts'
import type { Change } from '../../host/change.ts'
import type { FileFact, ProcessFact } from '../../host/fact.ts'

/** A manifest that kubeadm saved when it wrote a new one. */
export interface ManifestBackup {
  /** The name of its folder, which ends in the host's local time. */
  readonly folder: string
  readonly content: string
  readonly sha256: string
}

/** What is known about a host that differs. */
export interface Evidence {
  readonly changes: readonly Change[]
  /** By path: the fact about it. */
  readonly files: ReadonlyMap<string, FileFact>
  /** The oldest first. */
  readonly history: readonly KeptTransaction[]
  /** The manifests that kubeadm's upgrades saved, the oldest first. */
  readonly backups: readonly ManifestBackup[]
  /** The processes of the components that have to restart. */
  readonly processes: ReadonlyMap<string, ProcessFact>
  /** Whether another control plane of the same cluster is as it should be. */
  readonly hasProvenPeer: boolean
}

/** The last confirmed transaction that wrote the path, and the hash of what it left there. */
export function lastWrite({ history }: Evidence, path: string) {
  for (const { status, changes } of history.toReversed()) {
    if (status.state !== 'confirmed') continue
    const change = changes.find((one) => one.path === path)
    if (change !== undefined) return { after: change.after, since: status.origin.since }
  }
  return undefined
}
