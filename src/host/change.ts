import type { Difference } from '../difference/difference.ts'
import type { Ownership } from './fact.ts'

/** A directory's permissions, as they are or should be. */
export type DirectoryState = Ownership

/** A file as it is or should be. Contents are text: what planewright writes is configuration. */
export interface FileState extends Ownership {
  readonly content: string
  /** Hex, of the content's bytes. */
  readonly sha256: string
  /** The content where it is no UTF-8 text and `content` cannot hold it: what a backup may be. */
  readonly bytes?: Buffer
}

/** What every change has. */
export interface ChangeBase {
  /** The task that asked for it. */
  readonly task: string
  /** Absolute path on the host. */
  readonly path: string
  /** What is not as it should be. Never empty. */
  readonly differences: readonly Difference[]
}

/** A directory is made (`before` is null), with its parents, or its mode or owner is set. */
export interface DirectoryChange extends ChangeBase {
  readonly kind: 'directory'
  readonly before: DirectoryState | null
  readonly after: DirectoryState
}

/** A file is made (`before` is null) or replaced by one atomic rename. */
export interface FileChange extends ChangeBase {
  readonly kind: 'file'
  readonly before: FileState | null
  readonly after: FileState
  /** Whether the content is a secret: never printed, diffed or put into JSON. */
  readonly sensitive: boolean
  /**
   * Where the new file is written before it is renamed into place: the same filesystem, and never a folder that
   * something reads on its own. The kubelet runs whatever it finds in its manifests folder (k/k#55596).
   */
  readonly stagedIn: string
}

/** A file is taken away. */
export interface RemovalChange extends ChangeBase {
  readonly kind: 'removal'
  readonly before: FileState
  readonly after: null
  readonly sensitive: boolean
  readonly stagedIn: string
}

/** Which process serves, by pid and start; see `ProcessFact`. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: number
}

/**
 * A static pod's container is restarted by the kubelet, as a consequence of the changes before it or because the
 * running process is not what the files say.
 */
export interface RestartChange extends ChangeBase {
  readonly kind: 'restart'
  /** The program's name, for example `kube-apiserver`. */
  readonly component: string
  /** The process that has to give way; null where none runs. */
  readonly before: ProcessIdentity | null
  /**
   * Whether the kubelet is still at work on a manifest of a moment ago: it starts that one first, and a process of
   * that one must not be taken for ours.
   */
  readonly kubeletAtWork: boolean
  /** A file that is missing and will be written: the kubelet has the pod on its hands, and waits with its mounts for it. */
  readonly awaited?: string
  /**
   * The manifest, where it is right already and the awaited file is all that its pod lacks: it stays as it is, and only an
   * undo takes it away, until the file is gone again.
   */
  readonly kept?: FileChange
  /** Where the program listens; port 0 where it does not say. */
  readonly listens: { readonly address: string; readonly port: number }
  /** The flags that the new process has to show, each exactly once, without leading dashes. */
  readonly flags: Readonly<Record<string, string>>
}

/** One difference between what is and what should be: printed, diffed, serialized, performed and undone. */
export type Change = DirectoryChange | FileChange | RemovalChange | RestartChange
