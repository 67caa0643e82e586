import type { ErrorCode, PlanewrightError } from '../../error.ts'
import type { HostPlan } from './host-plan.ts'
import type { Proof } from './proof.ts'

/**
 * How a host ended.
 *
 * - `ok`: nothing had to be done
 * - `pending`: changes are due, but nobody asked to perform them (`plan`, `verify`)
 * - `changed`: changes were performed, and stand
 * - `failed`: something was refused or went wrong; `undone` says whether changes were undone
 * - `unreachable`: planewright could not open a shell there, or lost it
 * - `skipped`: not begun, because an earlier host of its cluster failed, or the run was interrupted
 */
export type HostStatus = 'ok' | 'pending' | 'changed' | 'failed' | 'unreachable' | 'skipped'

/** The result of one host's plan. */
export interface HostOutcome extends HostPlan {
  readonly status: HostStatus
  /** The event that was found; null if none was looked for or found. */
  readonly proof: null | Proof
  /** Why it failed, was unreachable, or was skipped. */
  readonly error: PlanewrightError | undefined
  /** Whether the changes were undone, so that the old state serves again. */
  readonly undone: boolean
}

const connectionErrors: readonly ErrorCode[] = ['unreachable', 'host-key', 'authentication', 'become']

/** Whether planewright could not open a shell on the host. */
export function isConnectionError({ code }: PlanewrightError): boolean {
  return connectionErrors.includes(code)
}

/** What is known about a host, however far the run came with it. */
export type KnownPlan = Pick<HostPlan, 'host' | 'address'> & Partial<HostPlan>

/** The outcome of a host without a plan. */
export function failedOutcome(known: KnownPlan, error: PlanewrightError): HostOutcome {
  return {
    cluster: undefined,
    changes: [],
    kubelet: false,
    provable: null,
    warnings: [],
    ...known,
    status: isConnectionError(error) ? 'unreachable' : 'failed',
    proof: null,
    error: error.at({ host: known.host }),
    undone: false,
  }
}

/** The outcome of a host that was not begun. */
export function skippedOutcome(known: KnownPlan, error: PlanewrightError): HostOutcome {
  return { ...failedOutcome(known, error), status: 'skipped' }
}
