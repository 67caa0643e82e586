import { createHash, randomUUID } from 'node:crypto'
import type { FileFact, Ownership } from '../host/fact.ts'

/** Mode and owner of a file. The defaults are root, and `0o644` for a file or `0o755` for a directory. */
export type FakeOwnership = Partial<Ownership>

/** A regular file. */
export interface FakeRegularFile extends FakeOwnership {
  readonly content: string | Uint8Array
  /** When the content last changed, in seconds since 1970 on the host's clock. */
  readonly modified?: number
}

/** A directory. Its entries are given by their own paths. */
export interface FakeDirectory extends FakeOwnership {
  readonly directory: true
}

/** What is at a path of a fake host. A text is a file with this content; a fact is used as it is. */
export type FakeFile = string | FakeRegularFile | FakeDirectory | FileFact

/** A new inode, written as in facts. It differs from all earlier ones. */
export function newInode(): string {
  return `fake:${randomUUID()}`
}

/** The fact that a survey would read for a fake host's file. */
export function factOf(path: string, file: FakeFile, modified: number): FileFact {
  if (typeof file === 'object' && 'fact' in file) return file
  const told = typeof file === 'string' ? { content: file } : file
  const { mode, owner = 0, group = 0 } = told
  const known = { fact: 'file', path, owner, group, inode: newInode() } as const
  if ('directory' in told) return { ...known, type: 'directory', mode: mode ?? 0o755 }
  const content = Buffer.from(told.content)
  const sha256 = createHash('sha256').update(content).digest('hex')
  return {
    ...known,
    ...{ type: 'regular', mode: mode ?? 0o644, content, sha256, modified: told.modified ?? modified },
  }
}
