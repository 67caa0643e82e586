import { createTwoFilesPatch } from 'diff'
import { withoutEnvironment } from './without-environment.ts'

/** A version of a text, as a patch's header names it. */
export interface TextVersion {
  readonly name: string
  readonly text: string
}

/**
 * Two versions of a text as a unified diff that may be printed. It has no values of environment variables; if
 * only those differ, it says so. Empty if nothing differs.
 *
 * @param context how many lines around each difference
 */
export function textPatch(before: TextVersion, after: TextVersion, context = 4): string {
  if (before.text === after.text) return ''
  const [old, now] = [withoutEnvironment(before.text), withoutEnvironment(after.text)]
  const patch = createTwoFilesPatch(before.name, after.name, old, now, undefined, undefined, { context })
  // The library's first line is a rule of equals signs.
  const text = patch.replace(/^=+\n/, '')
  return old === now
    ? `${text}(only values of environment variables differ; planewright does not show them)\n`
    : text
}
