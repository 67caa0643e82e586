import type { DirectoryChange, FileChange, ProcessIdentity, RemovalChange } from '../host/change.ts'

/** What a transaction writes; restarts follow from it. */
export type WrittenChange = DirectoryChange | FileChange | RemovalChange

/**
 * How a static pod is restarted: `swift` takes its manifest away, waits until the old process is gone and forgotten,
 * and puts the new one in; `patient` renames the new one over the old, as kubeadm does, and leaves it to the kubelet.
 */
export type RestartWay = 'swift' | 'patient'

/** The restart that belongs to a transaction. */
export interface GuardedRestart {
  /** The program's name, for example `kube-apiserver`. */
  readonly component: string
  /** The static pod's manifest, an absolute path on the host. */
  readonly manifest: string
  /** The process that has to give way; null where none runs. */
  readonly before: ProcessIdentity | null
  /** The flags that the new process has, without leading dashes; one without them came of an earlier manifest. */
  readonly flags: Readonly<Record<string, string>>
  /** Where the program listens; port 0 where it does not. */
  readonly listens: { readonly address: string; readonly port: number }
  /** Whether the kubelet waits with the pod's mounts for a file that the transaction writes. */
  readonly mounts: 'there' | 'awaited'
  /** Whether the manifest is replaced, or is a change of the transaction that only its undo touches. */
  readonly manifestIs: 'replaced' | 'kept'
}

/** How the transactions of a host are performed: the variables of the same names. */
export interface GuardSettings {
  readonly restart: RestartWay
  /** Seconds that requests in flight have at most, once the old process has closed its port. */
  readonly restart_drain: number
  /** Seconds within which a transaction has to be confirmed, once the new process listens. */
  readonly confirm_timeout: number
  /** How many transactions a host keeps. */
  readonly transactions_kept: number
}

/** The drain of a restart that somebody else's write has caused; null where processes are left to the kubelet. */
export function drainOf({ restart, restart_drain: drain }: GuardSettings): number | null {
  return restart === 'swift' ? drain : null
}

/** The changes of one host, performed as a whole or undone as a whole. */
export interface Transaction {
  readonly id: string
  /** Who asks for it, as `user@machine`. Kept as one line. */
  readonly who: string
  /** What it is about, for `history`: the tasks that ask for it. Kept as one line. */
  readonly what: string
  readonly changes: readonly WrittenChange[]
  readonly restart: GuardedRestart | undefined
  readonly settings: GuardSettings
}

/** Where transactions are kept on a host, one folder each, for root alone. */
export const transactionsFolder = '/var/lib/planewright'

/** Names the transaction that is open on a host; there is no such file where none is. */
export const openTransaction = `${transactionsFolder}/open`

/**
 * Words for people as the one line that a host keeps of them: of an error there may be anything in them, and a NUL or
 * half a surrogate pair must not keep a transaction from being undone.
 */
export function oneLine(words: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are just what it has to find
  const line = words.toWellFormed().replaceAll(/[\u0000-\u001f\u007f]+/g, ' ')
  return line.trim() === '' ? '(no words)' : line.trim()
}
