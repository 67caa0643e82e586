import type { DirectoryChange, FileChange, ProcessIdentity, RemovalChange } from '../host/change.ts'

/** What a transaction writes; restarts follow from it. */
export type WrittenChange = DirectoryChange | FileChange | RemovalChange

/**
 * How a static pod is restarted. `swift` takes its manifest away, waits until the old process has ended and
 * the kubelet has forgotten its pod, and puts the new manifest in. `patient` renames the new manifest over
 * the old one, as kubeadm does, and leaves the rest to the kubelet.
 */
export type RestartWay = 'swift' | 'patient'

/** The restart that belongs to a transaction. */
export interface GuardedRestart {
  /** The program's name, for example `kube-apiserver`. */
  readonly component: string
  /** The static pod's manifest, an absolute path on the host. */
  readonly manifest: string
  /** The process that has to go; null if none runs. */
  readonly before: ProcessIdentity | null
  /**
   * The flags that the new process has, without leading dashes. A process without them belongs to an earlier
   * manifest.
   */
  readonly flags: Readonly<Record<string, string>>
  /** Where the program listens; port 0 if it does not. */
  readonly listens: { readonly address: string; readonly port: number }
  /** Whether the pod's mounts are there, or wait for a file that the transaction writes. */
  readonly mounts: 'there' | 'awaited'
  /** Whether the manifest is replaced. If it is kept, only an undo touches it. */
  readonly manifestIs: 'replaced' | 'kept'
}

/** How a host's transactions are performed; the names are those of the variables. */
export interface GuardSettings {
  readonly restart: RestartWay
  /** The most seconds that requests in flight get, once the old process has closed its port. */
  readonly restart_drain: number
  /** Seconds in which somebody has to confirm a transaction, once the new process listens. */
  readonly confirm_timeout: number
  /** How many transactions a host keeps. */
  readonly transactions_kept: number
}

/** The drain of a restart that another program's write has caused; null if the kubelet ends the processes. */
export function drainOf({ restart, restart_drain: drain }: GuardSettings): number | null {
  return restart === 'swift' ? drain : null
}

/** The changes of one host, performed as a whole or undone as a whole. */
export interface Transaction {
  readonly id: string
  /** Who staged it, as `user@machine`. Kept as one line. */
  readonly who: string
  /** The tasks that asked for it, for `history`. Kept as one line. */
  readonly what: string
  readonly changes: readonly WrittenChange[]
  readonly restart: GuardedRestart | undefined
  readonly settings: GuardSettings
}

/** The folder on a host for all transactions, one subfolder each. Only root can read it. */
export const transactionsFolder = '/var/lib/planewright'

/** The file that names a host's open transaction; it does not exist if none is open. */
export const openTransaction = `${transactionsFolder}/open`

/**
 * Makes the one line that a host keeps from words for people. An error's words may hold anything, and a NUL
 * or half a surrogate pair must not prevent an undo.
 */
export function oneLine(words: string): string {
  // eslint-disable-next-line no-control-regex -- it has to find control characters
  const line = words.toWellFormed().replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
  return line.trim() === '' ? '(no words)' : line.trim()
}
