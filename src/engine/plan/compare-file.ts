import path from 'node:path'
import type { Difference } from '../../difference/difference.ts'
import { PlanewrightError } from '../../error.ts'
import { sha256 } from '../../host/answer.ts'
import type { DirectoryChange, FileChange, FileState } from '../../host/change.ts'
import type { FileFact, Ownership, RegularFileFact } from '../../host/fact.ts'
import type { DesiredDirectory } from '../task/desired.ts'
import type { Overlay } from './overlay.ts'

/** A file that should be there, whichever desired state asks for it. */
export interface WantedFile extends Ownership {
  readonly path: string
  readonly content: string
  readonly sensitive: boolean
  /** The folder where the new file waits for its rename; see `FileChange.stagedIn`. */
  readonly stagedIn: string
}

function lookUp(overlay: Overlay, task: string, wanted: string): FileFact {
  const fact = overlay.file(wanted)
  if (fact !== undefined) return fact
  throw new PlanewrightError('internal', `the task plans ${wanted}, but did not gather it`, {
    where: { task, path: wanted },
    remedy: 'Gather it in the task: gather: (host) => ({ it: host.file(path) }).',
  })
}

function ownershipDifferences(is: Ownership, should: Ownership): Difference[] {
  const differences: Difference[] = []
  if (is.mode !== should.mode) differences.push({ kind: 'mode', is: is.mode, should: should.mode })
  if (is.owner !== should.owner || is.group !== should.group) {
    differences.push({
      ...{ kind: 'owner', is: `${is.owner}:${is.group}`, should: `${should.owner}:${should.group}` },
    })
  }
  return differences
}

function obstructed(task: string, fact: FileFact, expected: string): PlanewrightError {
  const found = fact.type === 'other' ? fact.description : fact.type === 'regular' ? 'file' : fact.type
  return new PlanewrightError('host', `${fact.path} is a ${found}, but has to be a ${expected}`, {
    where: { task, path: fact.path },
    remedy: `Check what is at this path. Move it away, or set another path.`,
  })
}

/** A file's fact as the state before a change. A content that is not UTF-8 is only replaced, never edited. */
export function stateOf(fact: RegularFileFact): FileState {
  const { mode, owner, group, content } = fact
  return { mode, owner, group, content: content.toString('utf8'), sha256: fact.sha256 }
}

/**
 * The change that gives a directory its desired state; undefined if it has it. Records the result in the
 * overlay.
 */
export function compareDirectory(
  task: string,
  desired: DesiredDirectory,
  overlay: Overlay,
): DirectoryChange | undefined {
  const { path: wanted, mode, owner, group } = desired
  const after = { mode, owner, group }
  const fact = lookUp(overlay, task, wanted)
  if (fact.type !== 'absent' && fact.type !== 'directory') throw obstructed(task, fact, 'directory')
  const before = fact.type === 'absent' ? null : { mode: fact.mode, owner: fact.owner, group: fact.group }
  const differences: readonly Difference[] =
    before === null ? [{ kind: 'directory-missing' }] : ownershipDifferences(before, after)
  if (differences.length === 0) return undefined
  const inode = fact.type === 'directory' ? fact.inode : 'planned'
  overlay.plan({ fact: 'file', type: 'directory', path: wanted, ...after, inode })
  return { kind: 'directory', task, path: wanted, differences, before, after }
}

/**
 * The change that gives a file its desired state; undefined if it has it. Records the result in the overlay.
 */
export function compareFile(
  task: string,
  wanted: WantedFile,
  contentDifferences: readonly Difference[],
  overlay: Overlay,
): FileChange | undefined {
  const { mode, owner, group, content, sensitive, stagedIn } = wanted
  const fact = lookUp(overlay, task, wanted.path)
  if (fact.type !== 'absent' && fact.type !== 'regular') throw obstructed(task, fact, 'file')
  const after = { mode, owner, group, content, sha256: sha256(content) }
  const before = fact.type === 'absent' ? null : stateOf(fact)
  const differences: Difference[] =
    before === null ? [{ kind: 'file-missing' }] : ownershipDifferences(before, after)
  if (before !== null && before.sha256 !== after.sha256) differences.push(...contentDifferences)
  if (differences.length === 0) return undefined
  // A content that this run writes is newer than any process that could have read it.
  const found = fact.type === 'regular' ? fact : { inode: 'planned', modified: Infinity }
  const modified = before?.sha256 === after.sha256 ? found.modified : Infinity
  overlay.plan({
    fact: 'file',
    type: 'regular',
    path: wanted.path,
    mode,
    owner,
    group,
    content: Buffer.from(content, 'utf8'),
    sha256: after.sha256,
    inode: found.inode,
    modified,
  })
  return { kind: 'file', task, path: wanted.path, differences, before, after, sensitive, stagedIn }
}

/** The folder where an ordinary file waits for its rename: its own. */
export function beside(target: string): string {
  return path.posix.dirname(target)
}
