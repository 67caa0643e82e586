import type { FileChange, RemovalChange } from '../host/change.ts'
import { textPatch } from '../host/text-patch.ts'

/** A unified diff of two versions of a text, with three lines of context and Ansible's headers. */
export function textDiff(name: string, before: string, after: string): string {
  return textPatch({ name: `before: ${name}`, text: before }, { name: `after: ${name}`, text: after }, 3)
}

/**
 * A unified diff of a file's change, with three lines of context and Ansible's headers; null for a secret.
 */
export function diffOf(change: FileChange | RemovalChange): string | null {
  if (change.sensitive) return null
  const { path, before, after } = change
  return textDiff(path, before?.content ?? '', after?.content ?? '')
}
