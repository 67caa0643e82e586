import { parseLegacyEvent } from './legacy-event.ts'
import { LEVELS, STAGES, type AuditEvent, type Stage } from './event-type.ts'

export type { AuditEvent, EventObject, EventStatus, EventUser } from './event-type.ts'

/**
 * Reads one line of an audit log, of any length, in either format of `--audit-log-format`. Undefined for a
 * line that is not a whole event of audit.k8s.io/v1: one that a copy or a crash cut off, or a block of NUL
 * that external rotation left. An event directly after such a block is read.
 */
export function parseAuditEvent(line: string | Buffer): AuditEvent | undefined {
  // eslint-disable-next-line no-control-regex -- it has to find NUL
  const text = line.toString().replace(/^[\u0000\s]+/, '')
  if (!text.startsWith('{')) return parseLegacyEvent(text)
  const value = parseJson(text)
  return isAuditEvent(value) ? value : undefined
}

/** What identifies the event to look for. */
export interface EventMark {
  readonly auditID: string
  readonly stage: Stage
}

/** The first event among the lines that has the mark; undefined if none has it. */
export function findEvent(lines: Iterable<string | Buffer>, mark: EventMark): AuditEvent | undefined {
  for (const line of lines) {
    if (!mayCarry(line, mark.auditID)) continue
    const event = parseAuditEvent(line)
    if (event?.auditID === mark.auditID && event.stage === mark.stage) return event
  }
  return undefined
}

/** A cheap check before parsing. It cannot find an ID with characters that JSON escapes. */
function mayCarry(line: string | Buffer, auditID: string): boolean {
  return !/^[\w.:-]+$/.test(auditID) || line.includes(auditID)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function isAuditEvent(value: unknown): value is AuditEvent {
  if (typeof value !== 'object' || value === null) return false
  const event = value as Readonly<Record<string, unknown>>
  return (
    event.kind === 'Event' &&
    event.apiVersion === 'audit.k8s.io/v1' &&
    TEXTS.every((field) => typeof event[field] === 'string') &&
    LEVELS.some((level) => level === event.level) &&
    STAGES.some((stage) => stage === event.stage) &&
    typeof event.user === 'object' &&
    event.user !== null
  )
}

const TEXTS = ['auditID', 'requestURI', 'verb', 'requestReceivedTimestamp', 'stageTimestamp']
