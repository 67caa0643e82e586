import { createTwoFilesPatch } from 'diff'
import type { FileChange } from '../host/change.ts'

/**
 * A file's change as a unified diff with three lines of context, in Ansible's headers; null for a secret.
 */
export function diffOf(change: FileChange): string | null {
  if (change.sensitive) return null
  const { path, before, after } = change
  const old = before?.content ?? ''
  if (old === after.content) return ''
  const headers = [`before: ${path}`, `after: ${path}`] as const
  const patch = createTwoFilesPatch(...headers, old, after.content, undefined, undefined, { context: 3 })
  // The library's first line is a rule of equals signs.
  return patch.replace(/^=+\n/, '')
}
