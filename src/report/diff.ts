import { createTwoFilesPatch } from 'diff'
import type { FileChange, RemovalChange } from '../host/change.ts'

/**
 * A file's change as a unified diff with three lines of context, in Ansible's headers; null for a secret.
 */
export function diffOf(change: FileChange | RemovalChange): string | null {
  if (change.sensitive) return null
  const { path, before, after } = change
  const [old, wanted] = [before?.content ?? '', after?.content ?? '']
  if (old === wanted) return ''
  const headers = [`before: ${path}`, `after: ${path}`] as const
  const patch = createTwoFilesPatch(...headers, old, wanted, undefined, undefined, { context: 3 })
  // The library's first line is a rule of equals signs.
  return patch.replace(/^=+\n/, '')
}
