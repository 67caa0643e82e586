import { createTwoFilesPatch } from 'diff'
import type { FileChange, RemovalChange } from '../host/change.ts'

/** Two versions of a text as a unified diff with three lines of context, in Ansible's headers. */
export function textDiff(name: string, before: string, after: string): string {
  if (before === after) return ''
  const headers = [`before: ${name}`, `after: ${name}`] as const
  const patch = createTwoFilesPatch(...headers, before, after, undefined, undefined, { context: 3 })
  // The library's first line is a rule of equals signs.
  return patch.replace(/^=+\n/, '')
}

/**
 * A file's change as a unified diff with three lines of context, in Ansible's headers; null for a secret.
 */
export function diffOf(change: FileChange | RemovalChange): string | null {
  if (change.sensitive) return null
  const { path, before, after } = change
  return textDiff(path, before?.content ?? '', after?.content ?? '')
}
