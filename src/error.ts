import type { ReasonCode } from './reason-code.ts'

/**
 * The kind of failure. A script may branch on it; the command derives its exit code from it.
 *
 * - `usage`: the call itself is wrong (an option, a missing file, a limit that matches nothing)
 * - `inventory`, `variable`, `template`, `policy`: what the operator wrote is wrong; nothing was changed
 * - `manifest`: the static-pod manifest on the host is not as it should be; nothing was changed
 * - `kubeadm-config`: kubeadm's stored ClusterConfiguration is not as it should be; nothing was changed
 * - `saved-plan`: a saved plan cannot be read, or is not what would be performed now; nothing was changed
 * - `unreachable`, `host-key`, `authentication`, `become`: no working shell on the host
 * - `host`: the host's state does not allow the change; nothing was changed
 * - `precondition`: something on the host changed between survey and write
 * - `change`: a change could not be performed
 * - `restart`: kube-apiserver did not start as planned
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
  /** What exactly failed, if the code alone does not say it. */
  readonly reasonCode?: ReasonCode | undefined
  /**
   * The reason, in the words of the program that refused: a remote stderr, a parser, the apiserver's last log
   * lines.
   */
  readonly why?: string | undefined
  /** What the operator can do about it, as a sentence. */
  readonly remedy?: string | undefined
  readonly cause?: unknown
}

/** The only error class of this library: what failed (the message), where, why, and what to do. */
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

  /**
   * An error of the same kind with another message, and this one as its cause. Given details replace this
   * error's own.
   */
  but(what: string, details: ErrorDetails = {}): PlanewrightError {
    const { where, reasonCode, why, remedy } = this
    return new PlanewrightError(this.code, what, { where, reasonCode, why, remedy, cause: this, ...details })
  }

  /** The same error with more of its place; the parts that are already known stay. */
  at(place: ErrorPlace): PlanewrightError {
    const located = this.but(this.message, { where: { ...place, ...this.where }, cause: this.cause })
    if (this.stack !== undefined) located.stack = this.stack
    return located
  }
}

/**
 * Turns any thrown value into a {@link PlanewrightError}. A value that is not one is a fault in planewright
 * or in a task.
 */
export function toPlanewrightError(thrown: unknown): PlanewrightError {
  if (thrown instanceof PlanewrightError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new PlanewrightError('internal', message, {
    remedy:
      'This is a fault in planewright or in one of your tasks. Run again with -vvv to see the stack trace.',
    cause: thrown,
  })
}

/** What failed and why, in one line. */
export function lineOf({ message, why }: PlanewrightError): string {
  return [message, why?.replaceAll('\n', '; ')].filter((words) => words !== undefined).join(': ')
}
