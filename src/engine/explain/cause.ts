import type { FileFact } from '../../host/fact.ts'

/**
 * Why something on a host is not as it should be.
 *
 * - `never-applied`: planewright has changed nothing on this host so far
 * - `new-control-plane`: the same, on a host whose cluster is otherwise as it should be: it has joined later
 * - `regenerated`: kubeadm has written the manifest anew
 * - `flag-removed`: somebody took flags of ours out of the manifest
 * - `edited`: somebody has changed what planewright wrote
 * - `removed`: somebody has taken away what planewright wrote
 * - `wanted-otherwise`: it stands as planewright left it, and the inventory, a template or planewright itself wants more
 * - `process-older`: the files are right, and the process is of before
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

/** Why one path of a host is not as it should be, as far as it can be known. */
export interface Cause {
  readonly path: string
  readonly cause: CauseKind
  /** In words for people. */
  readonly words: string
  /** Who owns what stands there now, and since when it does; null where nothing stands there that has a time. */
  readonly file: {
    /** Numeric user and group id. */
    readonly owner: number
    readonly group: number
    /** Seconds since 1970, on the host's clock. */
    readonly modified: number
  } | null
}

/** A cause without its place. */
export type Known = Pick<Cause, 'cause' | 'words'>

/** A time of a host as people read it. */
export function timeOf(seconds: number): string {
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`
}

/** Who owns what stands there, and since when; see `Cause`. */
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
