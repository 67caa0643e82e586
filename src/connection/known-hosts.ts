import { createHmac } from 'node:crypto'

/** A key in known_hosts, and its line (from 1). */
export interface KnownKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, … */
  readonly type: string
  /** The public key in wire format: it is compared byte by byte with what a server offers. */
  readonly blob: Buffer
  readonly line: number
}

/** All that a known_hosts file says about one host. */
export interface KnownHostEntry {
  /** The name that was looked for: `host` for port 22, `[host]:port` for any other. */
  readonly name: string
  readonly keys: readonly KnownKey[]
  /** From `@revoked` lines: keys that must never be accepted, whatever other lines say. */
  readonly revoked: readonly KnownKey[]
  /** From `@cert-authority` lines. They verify nothing; they only explain why a key is missing. */
  readonly authorities: readonly KnownKey[]
}

/** The port that known_hosts entries leave out. */
const STANDARD_PORT = 22

/** The markers that sshd(8) defines; empty for a line without one. */
type Marker = '' | '@revoked' | '@cert-authority'

/**
 * Finds what the text of a known_hosts file says about a host, by the rules of sshd(8), "SSH_KNOWN_HOSTS FILE
 * FORMAT" (OpenSSH 9.2): comma lists, the wildcards `*` and `?`, negation by `!`, `[host]:port`, hashed
 * names, markers and comments. As in OpenSSH, a line that cannot be read is skipped, and the case of names
 * does not matter.
 */
export function findKnownHost(text: string, address: string, port: number): KnownHostEntry {
  const name = knownHostsName(address, port)
  const found: Record<Marker, KnownKey[]> = { '': [], '@revoked': [], '@cert-authority': [] }
  for (const [index, line] of text.split('\n').entries()) {
    const fields = line.trim().split(/[ \t]+/)
    const marker = fields[0]?.startsWith('@') === true ? fields.shift() : ''
    const [hosts, type, base64] = fields
    if (!isMarker(marker) || hosts === undefined || type === undefined || base64 === undefined) continue
    if (hosts.startsWith('#') || !namesHost(hosts, name)) continue
    const blob = Buffer.from(base64, 'base64')
    if (keyType(blob) === type) found[marker].push({ type, blob, line: index + 1 })
  }
  return { name, keys: found[''], revoked: found['@revoked'], authorities: found['@cert-authority'] }
}

/** A host's name in known_hosts: in lower case, and with the port unless it is 22. */
export function knownHostsName(address: string, port: number): string {
  const host = address.toLowerCase()
  return port === STANDARD_PORT ? host : `[${host}]:${port}`
}

/**
 * The type at the beginning of a public key in wire format (RFC 4253, section 6.6); empty if it is not such a
 * key.
 */
export function keyType(blob: Buffer): string {
  const LENGTH_BYTES = 4
  if (blob.length < LENGTH_BYTES) return ''
  return blob.toString('latin1', LENGTH_BYTES, LENGTH_BYTES + blob.readUInt32BE(0))
}

function isMarker(marker: string | undefined): marker is Marker {
  return marker === '' || marker === '@revoked' || marker === '@cert-authority'
}

function namesHost(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return matchesHash(hosts, name)
  const patterns = hosts.toLowerCase().split(',')
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name)))
    return false
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, name))
}

/** `|1|salt|hash`, both in base64: the HMAC-SHA1 of the name under the salt (OpenSSH 9.2, hostfile.c). */
function matchesHash(hashed: string, name: string): boolean {
  const [, version, salt, hash] = hashed.split('|')
  if (version !== '1' || salt === undefined || hash === undefined) return false
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash
}

function matchesPattern(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === name
  const expression = pattern
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${expression}$`, 's').test(name)
}
