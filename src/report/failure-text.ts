import type { HostOutcome } from '../engine/values/outcome.ts'
import { formatError } from './error-text.ts'
import type { Style } from './style.ts'

/** Why a host failed, for people, and what it runs now if changes were undone; else empty. */
export function failureText({ host, error, undone }: HostOutcome, style: Style): string {
  if (error === undefined) return ''
  const now = undone ? [`  ${style.dim('now:')}   ${host} runs what it ran before`] : []
  return [formatError(error, style), ...now].join('\n')
}
