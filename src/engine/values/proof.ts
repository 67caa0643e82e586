/** An event that we caused, found in the host's own audit log. */
export interface Proof {
  readonly auditID: string
  /** RFC 3339 with microseconds, UTC, as the apiserver wrote it. */
  readonly requestReceivedTimestamp: string
  /** Undefined in the legacy format, which has one stamp. */
  readonly stageTimestamp: string | undefined
  readonly stage: string
  readonly level: string
  readonly verb: string
  readonly requestURI: string
  readonly user: string
  /** HTTP status that the request was answered with. */
  readonly status: number
  /** On the host. */
  readonly logFile: string
  /** Index of the policy's rule that logs the request. */
  readonly rule: number
}
