import { join } from 'node:path'
import type { AnyAuthMethod } from 'ssh2'

import { PlanewrightError } from '../error.ts'
import { listAgentKeys, restrictAgent } from './agent.ts'
import { fingerprint } from './host-key.ts'
import { keyType } from './known-hosts.ts'
import { readPrivateKey } from './private-key.ts'
import type { EncryptedKey, PrivateKey } from './private-key.ts'
import type { ConnectionTarget } from './target.ts'

/** Where planewright looks for keys if the target names none. */
export interface KeySources {
  /** The socket of an SSH agent; undefined if there is none. */
  readonly agentSocket: string | undefined
  /** The folder of the user's own keys: ~/.ssh. */
  readonly identityFolder: string
}

/** The keys to offer, in order, and what an error says about them. */
export interface KeyOffer {
  readonly methods: readonly AnyAuthMethod[]
  readonly offered: readonly string[]
  /** Keys that could not be used, each with its reason. */
  readonly passedOver: readonly string[]
}

/**
 * The user's own keys that are tried. These are OpenSSH's defaults without DSA, which OpenSSH removed, and
 * without FIDO keys, which ssh2 does not know.
 */
const DEFAULT_IDENTITIES: readonly string[] = ['id_ed25519', 'id_ecdsa', 'id_rsa']

const KEY_REMEDY =
  'Set ansible_ssh_private_key_file, add a key to an agent (ssh-add FILE), or make one: ssh-keygen -t ed25519.'

/**
 * The keys to log in with. If the target names one, only that one; else those of the agent, then the user's
 * own. Only keys are offered, as the method `none` would cost a round trip (measured: 6 instead of 5).
 *
 * @throws PlanewrightError `authentication` when there is no key to offer
 */
export async function offerKeys(target: ConnectionTarget, sources: KeySources): Promise<KeyOffer> {
  const offer =
    target.privateKeyFile === undefined
      ? await offerOwnKeys(target, sources)
      : await offerNamedKey(target, await readPrivateKey(target.privateKeyFile), sources)
  if (offer.methods.length > 0) return offer
  throw new PlanewrightError('authentication', `there is no key to log in with as ${target.user}`, {
    where: { host: target.name },
    why:
      offer.passedOver.length === 0
        ? 'No SSH agent offers a key, and ~/.ssh has no key file.'
        : listOf(offer.passedOver),
    remedy: KEY_REMEDY,
  })
}

/**
 * Whether sshd ended the login because of MaxAuthTries. Only the words say so: the message has the code of
 * any protocol error (OpenSSH auth.c, auth_maxtries_exceeded; packet.c, ssh_packet_disconnect).
 */
export function isTooManyFailures(cause: Error): boolean {
  return /too many authentication failures/i.test(cause.message)
}

/** The error for a login that sshd refused. `accepted` are the methods that sshd said it would take. */
export function loginRefused(
  target: ConnectionTarget,
  offer: KeyOffer,
  accepted: readonly string[],
  cause: Error,
): PlanewrightError {
  const tooMany = isTooManyFailures(cause)
  const reasons = [`Offered: ${listOf(offer.offered)}.`]
  if (offer.passedOver.length > 0) reasons.push(`Not usable: ${listOf(offer.passedOver)}.`)
  if (tooMany) reasons.push(`sshd ended the login: ${cause.message}.`)
  else if (accepted.length > 0) reasons.push(`sshd accepts: ${accepted.join(', ')}.`)
  return new PlanewrightError('authentication', `${target.address} refuses every key for ${target.user}`, {
    where: { host: target.name },
    why: reasons.join(' '),
    remedy: tooMany
      ? 'sshd counts each key that is offered (MaxAuthTries): set ansible_ssh_private_key_file to the right key.'
      : `Add the public key to ${target.user}'s authorized_keys on the host, or set another user ` +
        '(ansible_user) or key (ansible_ssh_private_key_file).',
    cause,
  })
}

async function offerNamedKey(
  target: ConnectionTarget,
  key: PrivateKey,
  sources: KeySources,
): Promise<KeyOffer> {
  if (key.kind === 'usable') return { ...offerOf(target, [key]), passedOver: [] }
  if (key.kind === 'encrypted') return offerThroughAgent(target, key, sources)
  throw new PlanewrightError('authentication', `the private key for ${target.user} cannot be used`, {
    where: { host: target.name, file: key.file },
    why: key.why,
    remedy: key.remedy,
  })
}

async function offerThroughAgent(
  target: ConnectionTarget,
  key: EncryptedKey,
  sources: KeySources,
): Promise<KeyOffer> {
  const { agentSocket } = sources
  const { publicKey } = key
  if (agentSocket !== undefined && publicKey !== undefined) {
    const held = await listAgentKeys(agentSocket)
    if (held.some((blob) => blob.equals(publicKey))) return offerAgent(target, agentSocket, [publicKey])
  }
  throw new PlanewrightError('authentication', `the private key for ${target.user} has a passphrase`, {
    where: { host: target.name, file: key.file },
    why:
      agentSocket === undefined
        ? 'There is no SSH agent that could use it.'
        : 'The SSH agent does not have this key.',
    remedy: `Add it to the agent (ssh-add ${key.file}), or use a key without a passphrase.`,
  })
}

async function offerOwnKeys(target: ConnectionTarget, sources: KeySources): Promise<KeyOffer> {
  const { agentSocket, identityFolder } = sources
  const held = agentSocket === undefined ? [] : await listAgentKeys(agentSocket)
  const files = DEFAULT_IDENTITIES.map((name) => join(identityFolder, name))
  const keys = await Promise.all(files.map((file) => readPrivateKey(file)))
  const usable = keys
    .filter((key) => key.kind === 'usable')
    .filter(({ key }) => !held.some((blob) => blob.equals(key.getPublicSSH())))
  const fromFiles = offerOf(target, usable)
  const fromAgent =
    agentSocket === undefined || held.length === 0
      ? { methods: [], offered: [] }
      : await offerAgent(target, agentSocket, held)
  return {
    methods: [...fromAgent.methods, ...fromFiles.methods],
    offered: [...fromAgent.offered, ...fromFiles.offered],
    passedOver: keys.flatMap((key) => {
      if (key.kind === 'unusable') return [key.why]
      if (key.kind !== 'encrypted' || held.some((blob) => key.publicKey?.equals(blob))) return []
      return [`${key.file}: it has a passphrase, and is not in an agent`]
    }),
  }
}

function offerOf(
  target: ConnectionTarget,
  keys: readonly Extract<PrivateKey, { kind: 'usable' }>[],
): Pick<KeyOffer, 'methods' | 'offered'> {
  return {
    methods: keys.map(({ key }) => ({ type: 'publickey', username: target.user, key })),
    offered: keys.map(({ file, key }) => `${file} (${fingerprint(key.getPublicSSH())})`),
  }
}

async function offerAgent(
  target: ConnectionTarget,
  agentSocket: string,
  keys: readonly Buffer[],
): Promise<KeyOffer> {
  const agent = await restrictAgent(agentSocket, keys)
  return {
    methods: [{ type: 'agent', username: target.user, agent }],
    offered: keys.map((blob) => `the agent's ${keyType(blob)} key (${fingerprint(blob)})`),
    passedOver: [],
  }
}

function listOf(items: readonly string[]): string {
  return items.join('; ')
}
