import type { HostOutcome, HostStatus } from '../engine/values/outcome.ts'
import type { ErrorCode, PlanewrightError } from '../error.ts'
import { exitCodes } from '../exit-codes.ts'

const byCode: Partial<Record<ErrorCode, number>> = {
  usage: exitCodes.usage,
  unreachable: exitCodes.unreachable,
  'host-key': exitCodes.unreachable,
  authentication: exitCodes.unreachable,
  become: exitCodes.unreachable,
  interrupted: exitCodes.interrupted,
}

/** The exit code of a run that ended with one error. */
export function exitCodeOfError(error: PlanewrightError): number {
  return byCode[error.code] ?? exitCodes.failed
}

/**
 * The exit code of a run. An interruption comes first, then a failure, then a lost host, then changes that
 * are due.
 */
export function exitCodeOf(outcomes: readonly HostOutcome[], interrupted: boolean): number {
  const any = (status: HostStatus) => outcomes.some((outcome) => outcome.status === status)
  if (interrupted) return exitCodes.interrupted
  if (any('failed')) return exitCodes.failed
  if (any('unreachable')) return exitCodes.unreachable
  if (any('pending')) return exitCodes.pending
  return any('skipped') ? exitCodes.failed : exitCodes.done
}
