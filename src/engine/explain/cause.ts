import type { FileFact } from '../../host/fact.ts'

/**
 * Why something on a host differs.
 *
 * - `never-applied`: planewright has changed nothing on this host so far
 * - `new-control-plane`: the same, but the rest of its cluster is as it should be: the host joined later
 * - `regenerated`: kubeadm has written a new manifest
 * - `flag-removed`: somebody removed planewright's flags from the manifest
 * - `edited`: somebody changed what planewright wrote
 * - `removed`: somebody removed what planewright wrote
 * - `wanted-otherwise`: planewright's version is still there, but the inventory, a template or planewright
 *   itself asks for another
 * - `process-older`: the files are right, but the process is older
 */
export type CauseKind =
  | 'never-applied'
  | 'new-control-plane'
  | 'regenerated'
  | 'flag-removed'
  | 'edited'
  | 'removed'
  | 'wanted-otherwise'
  | 'process-older'

/** Why one path on a host differs, as far as it is known. */
export interface Cause {
  readonly path: string
  readonly cause: CauseKind
  /** In words for people. */
  readonly words: string
  /** The owner of the file, and when it last changed; null if there is no file with a time. */
  readonly file: {
    /** Numeric user and group id. */
    readonly owner: number
    readonly group: number
    /** Seconds since 1970, on the host's clock. */
    readonly modified: number
  } | null
}

/** A cause without its path. */
export type Known = Pick<Cause, 'cause' | 'words'>

/** A host's time as people read it. */
export function timeOf(seconds: number): string {
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`
}

/** The owner of a file, and when it last changed; see `Cause`. */
export function stampOf(fact: FileFact | undefined): Cause['file'] {
  if (fact?.type !== 'regular') return null
  const { owner, group, modified } = fact
  return { owner, group, modified }
}

/** A cause in a line. */
export function causeText({ words, file }: Cause): string {
  if (file === null) return words
  return `${words} (now ${file.owner}:${file.group}, of ${timeOf(file.modified)})`
}
