import { STAGES, type AuditEvent } from './event-type.ts'

/** A string as Go's `%q` writes it. */
const QUOTED = '"((?:[^"\\\\]|\\\\.)*)"'

const LINE = new RegExp(
  `^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?(?:Z|[-+]\\d\\d:\\d\\d)) AUDIT: ` +
    [
      'id',
      'stage',
      'ip',
      'method',
      'user',
      'groups',
      'as',
      'asgroups',
      'user-agent',
      'namespace',
      'uri',
      'response',
    ]
      .map((name) => `${name}=${QUOTED}`)
      .join(' ') +
    '\\s*$',
)

/**
 * Reads a line of `--audit-log-format=legacy` (`EventString`, k8s.io/apiserver v0.37.2, pkg/audit/format.go).
 * The format has no level, no stage's time, and only the namespace of the object. Undefined for anything
 * else.
 */
export function parseLegacyEvent(line: string): AuditEvent | undefined {
  const found = LINE.exec(line)
  if (found === null) return undefined
  const [, requestReceivedTimestamp = '', ...quoted] = found
  const [auditID, stage, ip, verb, username, groups, asUser, , userAgent, namespace, requestURI, response] =
    quoted.map(unquote) as Texts
  const known = STAGES.find((name) => name === stage)
  if (known === undefined) return undefined
  return {
    auditID,
    stage: known,
    requestURI,
    verb,
    user:
      username === '<none>'
        ? {}
        : { username, ...(groups === '<none>' ? {} : { groups: splitGroups(groups) }) },
    ...(asUser === '<self>' ? {} : { impersonatedUser: { username: asUser } }),
    ...(ip === '<unknown>' ? {} : { sourceIPs: [ip] }),
    ...(userAgent === '' ? {} : { userAgent }),
    ...(namespace === '<none>' ? {} : { objectRef: { namespace } }),
    ...(/^\d+$/.test(response) ? { responseStatus: { code: Number(response) } } : {}),
    requestReceivedTimestamp,
  }
}

type Texts = [string, string, string, string, string, string, string, string, string, string, string, string]

/** Each group is quoted, and then the whole list is quoted once more. */
function splitGroups(groups: string): readonly string[] {
  return [...groups.matchAll(new RegExp(QUOTED, 'g'))].map(([, group = '']) => unquote(group))
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

/** Undoes Go's quoting. A byte that is not UTF-8 (`\xff`) becomes the character with that number. */
function unquote(text: string): string {
  return text.replace(
    /\\(?:x(?<byte>[0-9a-f]{2})|u(?<short>[0-9a-f]{4})|U(?<long>[0-9a-f]{8})|(?<other>.))/g,
    (_whole, byte?: string, short?: string, long?: string, other?: string) => {
      const point = byte ?? short ?? long
      if (point !== undefined) return String.fromCodePoint(Number.parseInt(point, 16))
      return ESCAPES.get(other ?? '') ?? other ?? ''
    },
  )
}
