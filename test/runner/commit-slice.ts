import { execFileSync } from 'node:child_process'
import type { Slice } from './slices.ts'

/** The slice of a commit, and a sentence that says why it is this one. */
export interface CommitSlice extends Slice {
  readonly reason: string
}

/** The number of commits in a checkout's history, or the hash of its commit if the history is shallow. */
export type Commit = { readonly number: number } | { readonly hash: string } | undefined

/** Consecutive commits get consecutive slices. In a shallow history, the commit's hash picks one. */
export function sliceOf(commit: Commit, count: number): CommitSlice {
  if (commit === undefined) return { index: 1, count, reason: 'there is no git history here' }
  if ('number' in commit) {
    return { index: (commit.number % count) + 1, count, reason: `this is commit number ${commit.number}` }
  }
  const index = (Number.parseInt(commit.hash.slice(0, 8), 16) % count) + 1
  return { index, count, reason: `the history is shallow, so the hash ${commit.hash.slice(0, 8)} decides` }
}

/** Asks git for the commit. Undefined if there is no git, or if the folder is in no repository. */
export function readCommit(folder: string): Commit {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    if (git('rev-parse', '--is-shallow-repository') === 'true') return { hash: git('rev-parse', 'HEAD') }
    return { number: Number(git('rev-list', '--count', 'HEAD')) }
  } catch {
    return undefined
  }
}
