/** An event that planewright caused and found in the host's own audit log. */
export interface Proof {
  readonly auditID: string
  /** RFC 3339 with microseconds, UTC, as the apiserver wrote it. */
  readonly requestReceivedTimestamp: string
  /** Undefined in the legacy format, which has only one time. */
  readonly stageTimestamp: string | undefined
  readonly stage: string
  readonly level: string
  readonly verb: string
  readonly requestURI: string
  readonly user: string
  /** HTTP status of the answer to the request. */
  readonly status: number
  /** A path on the host. */
  readonly logFile: string
  /** Index of the policy's rule that logs the request. */
  readonly rule: number
}
