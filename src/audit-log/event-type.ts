/** The levels that an event can have (src/policy knows one more: None, which writes no event). */
export const LEVELS = ['Metadata', 'Request', 'RequestResponse'] as const
export type Level = (typeof LEVELS)[number]

/** The stages of a request at which an event can be written. */
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type Stage = (typeof STAGES)[number]

/** Who asked, as an event names it (authentication.k8s.io/v1 `UserInfo`). */
export interface EventUser {
  /** Absent where authentication failed. */
  readonly username?: string
  readonly uid?: string
  readonly groups?: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** What the request was for; absent for requests that are for no resource. */
export interface EventObject {
  readonly resource?: string
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly apiGroup?: string
  readonly apiVersion?: string
  readonly resourceVersion?: string
  readonly subresource?: string
}

/** The answer: always with a code once there is one; the rest comes from errors. */
export interface EventStatus {
  /** HTTP status. */
  readonly code?: number
  readonly status?: string
  readonly message?: string
  readonly reason?: string
}

/**
 * One event of an audit log: audit.k8s.io/v1 `Event` (k8s.io/apiserver v0.37.2, pkg/apis/audit/v1/types.go).
 * A client may choose the auditID, so alone it is no key of an event.
 */
export interface AuditEvent {
  readonly auditID: string
  readonly stage: Stage
  /** Undefined in the legacy format, which does not hold it. */
  readonly level?: Level
  /** As the client sent it, with the query. */
  readonly requestURI: string
  readonly verb: string
  readonly user: EventUser
  readonly impersonatedUser?: EventUser
  readonly sourceIPs?: readonly string[]
  readonly userAgent?: string
  readonly objectRef?: EventObject
  /** Undefined before there is an answer. */
  readonly responseStatus?: EventStatus
  /** The body of the request, from level Request on. */
  readonly requestObject?: unknown
  /** The body of the answer, at level RequestResponse. */
  readonly responseObject?: unknown
  /**
   * When the request arrived: RFC 3339, in JSON always UTC with six decimals, so it sorts as text. A string, since
   * Date holds milliseconds only. In the legacy format it has up to nine decimals and the zone of the apiserver.
   */
  readonly requestReceivedTimestamp: string
  /** When the request reached the stage, in the same form; undefined in the legacy format. */
  readonly stageTimestamp?: string
  readonly annotations?: Readonly<Record<string, string>>
}
