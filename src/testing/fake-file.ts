import { createHash, randomUUID } from 'node:crypto'
import type { FileFact, Ownership } from '../host/fact.ts'

/** Who may do what with a file; `0o644` for a file and `0o755` for a directory, and root, unless said. */
export type FakeOwnership = Partial<Ownership>

/** A regular file. */
export interface FakeRegularFile extends FakeOwnership {
  readonly content: string | Uint8Array
  /** Seconds since 1970 of the last change of the content, on the host's clock. */
  readonly modified?: number
}

/** A directory. What is in it is told by its own path. */
export interface FakeDirectory extends FakeOwnership {
  readonly directory: true
}

/** What is at a path of a fake host: a text is a file of this content. A fact is taken as it is. */
export type FakeFile = string | FakeRegularFile | FakeDirectory | FileFact

/** A new inode, as facts write it: another one than any before. */
export function newInode(): string {
  return `fake:${randomUUID()}`
}

/** A file of a fake host as the fact that a survey would have of it. */
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
