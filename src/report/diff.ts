import type { FileChange, RemovalChange } from '../host/change.ts'
import { textPatch } from '../host/text-patch.ts'

/** Two versions of a text as a unified diff with three lines of context, in Ansible's headers. */
export function textDiff(name: string, before: string, after: string): string {
  return textPatch({ name: `before: ${name}`, text: before }, { name: `after: ${name}`, text: after }, 3)
}

/**
 * A file's change as a unified diff with three lines of context, in Ansible's headers; null for a secret.
 */
export function diffOf(change: FileChange | RemovalChange): string | null {
  if (change.sensitive) return null
  const { path, before, after } = change
  return textDiff(path, before?.content ?? '', after?.content ?? '')
}
