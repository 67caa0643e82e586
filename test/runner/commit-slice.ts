import { execFileSync } from 'node:child_process'
import type { Slice } from './slices.ts'

/** The slice of a commit, and what of the commit decides it, for a person to read. */
export interface CommitSlice extends Slice {
  readonly reason: string
}

/** What git knows of a checkout: the number of its commits, or the hash alone where the history is cut off. */
export type Commit = { readonly number: number } | { readonly hash: string } | undefined

/** Commits that follow each other have slices that do; where that cannot be known, chance picks one. */
export function sliceOf(commit: Commit, count: number): CommitSlice {
  if (commit === undefined) return { index: 1, count, reason: 'there is no git history here' }
  if ('number' in commit) {
    return { index: (commit.number % count) + 1, count, reason: `this is commit number ${commit.number}` }
  }
  const index = (Number.parseInt(commit.hash.slice(0, 8), 16) % count) + 1
  return { index, count, reason: `the history is shallow, so the hash ${commit.hash.slice(0, 8)} decides` }
}

/** Asks git; undefined where there is none, or no repository. */
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
