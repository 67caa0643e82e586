import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { NodeSSH } from 'node-ssh'
import type { AuthenticationType, AuthHandlerMiddleware, Client } from 'ssh2'

import { PlanewrightError } from '../error.ts'
import { isTooManyFailures, loginRefused } from './authentication.ts'
import type { KeyOffer } from './authentication.ts'
import { orderHostKeyAlgorithms, refuseHostKey } from './host-key.ts'
import type { KnownHostEntry } from './known-hosts.ts'
import { isRefusalOfAgent, LossWatch } from './loss-watch.ts'
import type { ConnectionTarget } from './target.ts'
import { unreachable } from './unreachable.ts'

/**
 * Milliseconds between two questions whether the host is there. ssh2 gives up when the fourth falls due
 * unanswered: after 20 s. Shorter than kubelet's own patience with a node (40 s, node-monitor-grace-period), long
 * enough for a reboot of a switch's port.
 */
const KEEPALIVE_INTERVAL_MS = 5000
const KEEPALIVE_COUNT = 3

/**
 * Milliseconds for one address of a name before the next is tried beside it. Node's own 250 ms gives up addresses
 * that are merely far away (nodejs/node#54359).
 */
const ADDRESS_ATTEMPT_MS = 2000

/**
 * How often a connection is tried again that sshd dropped before it said a word: it does so at random when many
 * logins are under way (MaxStartups 10:30:100, sshd_config(5)), and is itself again when those are through. The
 * wait doubles each time: some 4 s in all.
 */
const DROP_RETRIES = 4
const DROP_WAIT_MS = 250

/** Everything that one login needs to know. */
export interface Login {
  readonly target: ConnectionTarget
  readonly known: KnownHostEntry
  readonly offer: KeyOffer
  /** Aborts when the time for the whole connection is over. */
  readonly deadline: AbortSignal
}

/** A connection that is logged in, with nothing running on it yet. */
export interface SshSession {
  readonly ssh: NodeSSH
  readonly client: Client
  readonly socket: Socket
  readonly loss: LossWatch
}

/** What came of one attempt: a session, or the word that sshd would not even talk. */
type Attempt = { readonly session: SshSession } | { readonly dropped: Error }

/**
 * Connects and logs in.
 *
 * @throws PlanewrightError `unreachable`, `host-key`, `authentication`
 */
export async function openSshSession(login: Login): Promise<SshSession> {
  for (let retries = 0; ; retries += 1) {
    const attempt = await attemptSession(login)
    if ('session' in attempt) return attempt.session
    if (retries === DROP_RETRIES) throw droppedAgain(login.target, attempt.dropped)
    // Each waits a time of its own, or all that were dropped together would be dropped together again.
    await wait(DROP_WAIT_MS * 2 ** retries * (0.5 + Math.random()), undefined, { signal: login.deadline })
  }
}

async function attemptSession({ target, known, offer, deadline }: Login): Promise<Attempt> {
  const { NodeSSH } = await import('node-ssh')
  let refusedKey: PlanewrightError | undefined
  let accepted: readonly string[] = []
  // A socket of our own: without Nagle from its first packet, and destroyed when the time is over.
  const socket = connect({
    host: target.address,
    port: target.port,
    noDelay: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    signal: deadline,
  })
  const ssh = new NodeSSH()
  const connecting = ssh.connect({
    sock: socket,
    username: target.user,
    // The deadline covers this and more.
    readyTimeout: 0,
    keepaliveInterval: KEEPALIVE_INTERVAL_MS,
    keepaliveCountMax: KEEPALIVE_COUNT,
    algorithms: {
      // ssh2's own order is cheap already (curve25519, AES-GCM); SHA-1 goes.
      serverHostKey: orderHostKeyAlgorithms(known),
      hmac: { append: [], prepend: [], remove: ['hmac-sha1', 'hmac-sha1-etm@openssh.com'] },
    },
    hostVerifier: (key: Buffer) => {
      refusedKey = refuseHostKey(target, known, key)
      return refusedKey === undefined
    },
    authHandler: takeTurns(offer, (methods) => {
      accepted = methods
    }),
  })
  const { connection: client } = ssh
  // node-ssh makes its client at once, or throws why it did not.
  if (client === null)
    throw new PlanewrightError('internal', 'node-ssh made no client', { cause: await connecting })
  const loss = new LossWatch(client)
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', () => {
        resolve()
      })
      loss.whenLost(reject)
      // Not simply awaited: node-ssh would take an agent's refusal of one key for the end of all.
      connecting.catch((error: unknown) => {
        if (error instanceof Error && !isRefusalOfAgent(error)) reject(error)
      })
    })
    return { session: { ssh, client, socket, loss } }
  } catch (error) {
    const cause = error as Error & { level?: string }
    socket.destroy()
    if (refusedKey !== undefined) throw refusedKey
    if (wasDropped(cause, socket)) return { dropped: cause }
    if (isLoginRefused(cause)) throw loginRefused(target, offer, accepted, cause)
    throw unreachable(target, `${target.address} port ${target.port} cannot be reached`, cause)
  }
}

/** Offers one key after the other, and tells what sshd said it would take. */
function takeTurns(offer: KeyOffer, hear: (methods: AuthenticationType[]) => void): AuthHandlerMiddleware {
  const methods = offer.methods.values()
  // ssh2 takes what the handler returns, false for the end; its types know the callback only.
  const handler = (left: AuthenticationType[] | null) => {
    if (left !== null) hear(left)
    return methods.next().value ?? false
  }
  return handler
}

/**
 * Bytes of sshd's words before the key exchange: a dropped connection may get `Exceeded MaxStartups` or `Not allowed
 * at this time` for a farewell (OpenSSH sshd.c); the exchange itself begins with about 1,000 bytes.
 */
const KEX_BYTES = 256

function wasDropped(cause: Error & { code?: string }, socket: Socket): boolean {
  // ssh2 gives this error no code (lib/client.js).
  if (cause.message === 'Connection lost before handshake') return true
  return cause.code === 'ECONNRESET' && socket.bytesRead < KEX_BYTES
}

function isLoginRefused(cause: Error & { level?: string }): boolean {
  return cause.level === 'client-authentication' || isTooManyFailures(cause)
}

function droppedAgain(target: ConnectionTarget, cause: Error): PlanewrightError {
  return new PlanewrightError(
    'unreachable',
    `sshd on ${target.address} drops the connection before the login`,
    {
      where: { host: target.name },
      why: `${cause.message} (tried ${DROP_RETRIES + 1} times)`,
      remedy:
        "Look at sshd's log. Possible causes are MaxStartups, PerSourcePenalties, and a firewall that closes the connection.",
      cause,
    },
  )
}
