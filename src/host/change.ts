import type { Difference } from '../difference/difference.ts'
import type { Ownership } from './fact.ts'

/** A directory's permissions, as they are or should be. */
export type DirectoryState = Ownership

/** A file as it is or should be. Its content is text, as planewright writes only configuration. */
export interface FileState extends Ownership {
  readonly content: string
  /** Hex, of the content's bytes. */
  readonly sha256: string
  /** The content if it is not UTF-8 text, so that `content` cannot hold it. A backup may be like that. */
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

/** Makes a directory with its parents (`before` is null), or sets its mode or owner. */
export interface DirectoryChange extends ChangeBase {
  readonly kind: 'directory'
  readonly before: DirectoryState | null
  readonly after: DirectoryState
}

/** Makes a file (`before` is null), or replaces it by one atomic rename. */
export interface FileChange extends ChangeBase {
  readonly kind: 'file'
  readonly before: FileState | null
  readonly after: FileState
  /** Whether the content is a secret: it is never printed, diffed or put into JSON. */
  readonly sensitive: boolean
  /**
   * Where the new file is written before it is renamed into place. It is on the same filesystem, and never a
   * folder that another program reads: the kubelet runs whatever it finds in its manifests folder
   * (k/k#55596).
   */
  readonly stagedIn: string
}

/** Removes a file. */
export interface RemovalChange extends ChangeBase {
  readonly kind: 'removal'
  readonly before: FileState
  readonly after: null
  readonly sensitive: boolean
  readonly stagedIn: string
}

/** A process that serves, by its pid and start; see `ProcessFact`. */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: number
}

/**
 * The kubelet restarts a static pod's container: because of the changes before this one, or because the
 * running process does not match the files.
 */
export interface RestartChange extends ChangeBase {
  readonly kind: 'restart'
  /** The program's name, for example `kube-apiserver`. */
  readonly component: string
  /** The process that has to go; null if none runs. */
  readonly before: ProcessIdentity | null
  /**
   * Whether the kubelet is still at work on a recent edit of the manifest. It starts that manifest first, and
   * its process must not be taken for the new one.
   */
  readonly kubeletAtWork: boolean
  /**
   * A file that is missing and that this run writes. The kubelet waits for it before it mounts the pod's
   * volumes.
   */
  readonly awaited?: string
  /**
   * The manifest, if it is already right and its pod lacks only the awaited file. It stays as it is; only an
   * undo takes it away, until the file is gone again.
   */
  readonly kept?: FileChange
  /** Where the program listens; port 0 if it does not say. */
  readonly listens: { readonly address: string; readonly port: number }
  /** The flags that the new process must have, each exactly once, without leading dashes. */
  readonly flags: Readonly<Record<string, string>>
}

/**
 * One difference between what is and what should be. It can be printed, diffed, serialized, performed and
 * undone.
 */
export type Change = DirectoryChange | FileChange | RemovalChange | RestartChange
