import { createHash } from 'node:crypto'
import type { ServerHostKeyAlgorithm } from 'ssh2'

import { PlanewrightError } from '../error.ts'
import { keyType } from './known-hosts.ts'
import type { KnownHostEntry, KnownKey } from './known-hosts.ts'
import { quote } from './shell.ts'
import type { ConnectionTarget } from './target.ts'

/**
 * The host key algorithms that planewright accepts, by key type, the cheapest handshake first. SHA-1
 * (`ssh-rsa` as an algorithm) is not among them, as in OpenSSH since 8.8; an RSA key signs with SHA-2 (RFC
 * 8332).
 */
const ALGORITHMS: readonly (readonly [keyType: string, algorithms: readonly ServerHostKeyAlgorithm[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
]

/**
 * The algorithms to ask the server for: first those whose keys planewright can verify. In another order, a
 * server would offer a key that known_hosts does not have, and a known host would look unknown (k0sctl#445).
 * The rest follow, so that a host that no longer has its known key gets an error that says so.
 */
export function orderHostKeyAlgorithms(known: KnownHostEntry): ServerHostKeyAlgorithm[] {
  const types = new Set(known.keys.map((key) => key.type))
  const first = ALGORITHMS.filter(([type]) => types.has(type))
  const rest = ALGORITHMS.filter(([type]) => !types.has(type))
  return [...first, ...rest].flatMap(([, algorithms]) => algorithms)
}

/** `SHA256:…`, as ssh-keygen -l prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}

/** Why the offered host key must not be accepted; undefined if known_hosts has it. */
export function refuseHostKey(
  target: ConnectionTarget,
  known: KnownHostEntry,
  offered: Buffer,
): PlanewrightError | undefined {
  const revoked = known.revoked.find((key) => key.blob.equals(offered))
  if (revoked !== undefined) return revokedKey(target, known, revoked)
  if (known.keys.some((key) => key.blob.equals(offered))) return undefined
  const replaced = known.keys.find((key) => key.type === keyType(offered))
  if (replaced !== undefined) return changedKey(target, known, replaced, offered)
  return unknownKey(target, known, offered)
}

function revokedKey(target: ConnectionTarget, known: KnownHostEntry, revoked: KnownKey): PlanewrightError {
  return new PlanewrightError('host-key', `${known.name} offers a host key that is revoked in known_hosts`, {
    where: { host: target.name, file: target.knownHostsFile, line: revoked.line },
    why: `A @revoked line has the ${describe(revoked.blob)}.`,
    remedy: 'Somebody may be using a stolen key to answer in place of this host. Give the host a new key.',
  })
}

function changedKey(
  target: ConnectionTarget,
  known: KnownHostEntry,
  replaced: KnownKey,
  offered: Buffer,
): PlanewrightError {
  return new PlanewrightError('host-key', `THE HOST KEY OF ${known.name} HAS CHANGED`, {
    where: { host: target.name, file: target.knownHostsFile, line: replaced.line },
    why:
      `The host offers the ${describe(offered)}; known_hosts has the ${describe(replaced.blob)}. ` +
      'Either the host was set up again, or somebody is answering in its place.',
    remedy:
      `Compare it with the fingerprint on the host's own console (${onConsole(offered)}). Only if both are the same: ` +
      `ssh-keygen -f ${quote(target.knownHostsFile)} -R ${quote(known.name)}, then ${scan(target, offered)}`,
  })
}

function unknownKey(target: ConnectionTarget, known: KnownHostEntry, offered: Buffer): PlanewrightError {
  const remarks = [`The host offers the ${describe(offered)}.`]
  if (known.keys.length > 0) {
    const others = known.keys.map((key) => `${key.type} in line ${key.line}`).join(', ')
    remarks.push(`known_hosts has keys of other types (${others}), but the host no longer offers them.`)
  }
  if (known.authorities.length > 0) {
    const lines = known.authorities.map((key) => key.line).join(', ')
    remarks.push(
      `@cert-authority (line ${lines}) is ignored: planewright does not support host certificates.`,
    )
  }
  return new PlanewrightError('host-key', `the host key of ${known.name} is not known`, {
    where: { host: target.name, file: target.knownHostsFile },
    why: remarks.join(' '),
    remedy:
      `Compare the fingerprint with the one on the host's own console (${onConsole(offered)}), because ` +
      `ssh-keyscan accepts any key. If both are the same, add it: ${scan(target, offered)}`,
  })
}

function describe(blob: Buffer): string {
  return `${keyType(blob)} key ${fingerprint(blob)}`
}

/** `ed25519`, `ecdsa` or `rsa`: the key type as ssh-keyscan and the files in /etc/ssh name it. */
function shortType(blob: Buffer): string {
  return /ed25519|ecdsa|rsa/.exec(keyType(blob))?.[0] ?? '*'
}

function onConsole(blob: Buffer): string {
  return `ssh-keygen -lf /etc/ssh/ssh_host_${shortType(blob)}_key.pub`
}

function scan(target: ConnectionTarget, blob: Buffer): string {
  const { port, address, knownHostsFile } = target
  return `ssh-keyscan -p ${port} -t ${shortType(blob)} ${quote(address)} >> ${quote(knownHostsFile)}`
}
