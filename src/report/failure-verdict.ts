import { formatError } from './error-text.ts'
import type { FailureReport } from './schema.ts'
import { plainStyle } from './style.ts'
import type { Verdict } from './verdict.ts'

/** A report's error as a verdict, with the lines of `more` after it. */
export function failureVerdict(
  status: 'failed' | 'error',
  { code, what, where, why, remedy }: FailureReport,
  more: readonly string[] = [],
): Verdict {
  const told = { message: what, where, why: why ?? undefined, remedy: remedy ?? undefined }
  return { status, type: code, message: what, details: [formatError(told, plainStyle), ...more].join('\n') }
}
