/** The levels that an event can have. src/policy knows one more: None, which writes no event. */
export const LEVELS = ['Metadata', 'Request', 'RequestResponse'] as const
export type Level = (typeof LEVELS)[number]

/** The stages of a request at which an event can be written. */
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type Stage = (typeof STAGES)[number]

/** The user of a request, as an event names it (authentication.k8s.io/v1 `UserInfo`). */
export interface EventUser {
  /** Absent if authentication failed. */
  readonly username?: string
  readonly uid?: string
  readonly groups?: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

/** The object of a request; absent for requests without a resource. */
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

/** The answer. It has a code as soon as there is an answer; only errors have the rest. */
export interface EventStatus {
  /** HTTP status. */
  readonly code?: number
  readonly status?: string
  readonly message?: string
  readonly reason?: string
}

/**
 * One event of an audit log: audit.k8s.io/v1 `Event` (k8s.io/apiserver v0.37.2, pkg/apis/audit/v1/types.go).
 * A client may choose the auditID, so it alone does not identify an event.
 */
export interface AuditEvent {
  readonly auditID: string
  readonly stage: Stage
  /** Undefined in the legacy format, which does not have it. */
  readonly level?: Level
  /** As the client sent it, with the query. */
  readonly requestURI: string
  readonly verb: string
  readonly user: EventUser
  readonly impersonatedUser?: EventUser
  readonly sourceIPs?: readonly string[]
  readonly userAgent?: string
  readonly objectRef?: EventObject
  /** Undefined until there is an answer. */
  readonly responseStatus?: EventStatus
  /** The body of the request, from level Request on. */
  readonly requestObject?: unknown
  /** The body of the answer, at level RequestResponse. */
  readonly responseObject?: unknown
  /**
   * When the request arrived. RFC 3339; in JSON always UTC with six decimals, so it sorts as text. It is a
   * string because Date has only milliseconds. In the legacy format it has up to nine decimals and the
   * apiserver's time zone.
   */
  readonly requestReceivedTimestamp: string
  /** When the request reached the stage, in the same form; undefined in the legacy format. */
  readonly stageTimestamp?: string
  readonly annotations?: Readonly<Record<string, string>>
}
