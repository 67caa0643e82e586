import { PlanewrightError } from '../error.ts'
import { textPatch } from '../host/text-patch.ts'
import type { WrittenChange } from './transaction.ts'

function patch(change: WrittenChange, now: string, title: string): string | undefined {
  if (change.kind === 'directory' || change.sensitive) return undefined
  const before = change.before?.content ?? ''
  const planned = { name: `${change.path} (as planned on)`, text: before }
  return textPatch(planned, { name: `${change.path} (${title})`, text: now }).trimEnd()
}

/**
 * The error for a path that changed between the survey and the write. stage.sh prints only the first change
 * that does not fit, and what is at its path now.
 */
export function precondition(output: Buffer, changes: readonly WrittenChange[]): PlanewrightError {
  const [number, state, content] = output.toString('latin1').trim().split(' ')
  const change = changes[Number(number)]
  const path = change?.path ?? ''
  const now = Buffer.from(content ?? '', 'base64').toString('utf8')
  const shown = change === undefined || state !== 'changed' ? undefined : patch(change, now, 'now')
  return new PlanewrightError('precondition', `${path} changed between the survey and the write`, {
    where: { path },
    why: shown ?? (state === 'gone' ? 'it is no longer there' : 'something else stands there now'),
    remedy:
      'Nothing was written. See who else works on this host, then run again: the plan will be made anew.',
  })
}

/** A diff of what somebody edited since a transaction. */
export function editedPatch(path: string, left: string, now: string): string {
  const before = { name: `${path} (as the transaction left it)`, text: left }
  return textPatch(before, { name: `${path} (now)`, text: now }).trimEnd()
}

/**
 * A diff of a file that somebody else edited during the transaction; undefined if its content must not be
 * shown.
 */
export function foreignPatch(
  { change: number, content }: { readonly change: number; readonly content: string },
  changes: readonly WrittenChange[],
): string | undefined {
  const change = changes[number]
  return change === undefined ? undefined : patch(change, content, 'somebody else’s')
}
