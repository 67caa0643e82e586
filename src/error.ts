import type { ReasonCode } from './reason-code.ts'

/**
 * What kind of failure it is. A script may branch on it; the command makes its exit code of it.
 *
 * - `usage`: the call itself is wrong (an option, a file that is not there, a limit that matches nothing)
 * - `inventory`, `variable`, `template`, `policy`: what the operator wrote is wrong; nothing was touched
 * - `manifest`: the static-pod manifest on the host is not what it should be; nothing was touched
 * - `kubeadm-config`: kubeadm's stored ClusterConfiguration is not what it should be; nothing was touched
 * - `saved-plan`: a saved plan cannot be read, or is not what would be performed now; nothing was touched
 * - `unreachable`, `host-key`, `authentication`, `become`: no working shell on the host
 * - `host`: the host is in a state in which the change cannot be made; nothing was touched
 * - `precondition`: something on the host changed between survey and write
 * - `change`: a change could not be performed
 * - `restart`: kube-apiserver did not come (back) as planned
 * - `proof`: the change could not be proven; `reasonCode` says why
 * - `interrupted`: a person stopped the run
 * - `internal`: a fault in planewright or in a task
 */
export type ErrorCode =
  | 'usage'
  | 'inventory'
  | 'variable'
  | 'template'
  | 'policy'
  | 'manifest'
  | 'kubeadm-config'
  | 'saved-plan'
  | 'unreachable'
  | 'host-key'
  | 'authentication'
  | 'become'
  | 'host'
  | 'precondition'
  | 'change'
  | 'restart'
  | 'proof'
  | 'interrupted'
  | 'internal'

/** Where a failure happened, as far as it is known. Lines and columns count from 1. */
export interface ErrorPlace {
  readonly host?: string
  readonly task?: string
  readonly path?: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

export interface ErrorDetails {
  readonly where?: ErrorPlace
  /** What exactly failed, where the code alone does not tell. */
  readonly reasonCode?: ReasonCode | undefined
  /** The reason, in the words of whoever refused: a remote stderr, a parser, the apiserver's last log lines. */
  readonly why?: string | undefined
  /** What the operator can do about it, as a sentence. */
  readonly remedy?: string | undefined
  readonly cause?: unknown
}

/** The one error of this library: what failed (the message), where, why, and what to do. */
export class PlanewrightError extends Error {
  override readonly name = 'PlanewrightError'
  readonly code: ErrorCode
  readonly reasonCode: ReasonCode | undefined
  readonly where: ErrorPlace
  readonly why: string | undefined
  readonly remedy: string | undefined

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(what, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.reasonCode = details.reasonCode
    this.where = details.where ?? {}
    this.why = details.why
    this.remedy = details.remedy
  }

  /** An error of the same kind with another message, which this one has caused; the details that are given replace its own. */
  but(what: string, details: ErrorDetails = {}): PlanewrightError {
    const { where, reasonCode, why, remedy } = this
    return new PlanewrightError(this.code, what, { where, reasonCode, why, remedy, cause: this, ...details })
  }

  /** The same error with more of its place known; what is known already stays. */
  at(place: ErrorPlace): PlanewrightError {
    const located = this.but(this.message, { where: { ...place, ...this.where }, cause: this.cause })
    if (this.stack !== undefined) located.stack = this.stack
    return located
  }
}

/** Any thrown value as a {@link PlanewrightError}; what is not one already is a fault of ours or of a task. */
export function toPlanewrightError(thrown: unknown): PlanewrightError {
  if (thrown instanceof PlanewrightError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new PlanewrightError('internal', message, {
    remedy:
      'This is a fault in planewright or in one of your tasks. Run again with -vvv to see the stack trace.',
    cause: thrown,
  })
}

/** What failed and why as one line, where there is one line for it. */
export function lineOf({ message, why }: PlanewrightError): string {
  return [message, why?.replaceAll('\n', '; ')].filter((words) => words !== undefined).join(': ')
}
