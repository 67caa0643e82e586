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
 * Milliseconds between two keepalive questions. ssh2 gives up when the fourth is due without an answer: after
 * 20 s. That is shorter than Kubernetes' own patience with a node (40 s, node-monitor-grace-period), and long
 * enough for a switch port to restart.
 */
const KEEPALIVE_INTERVAL_MS = 5000
const KEEPALIVE_COUNT = 3

/**
 * Milliseconds for one address of a name before the next one is also tried. Node's own 250 ms gives up
 * addresses that are only far away (nodejs/node#54359).
 */
const ADDRESS_ATTEMPT_MS = 2000

/**
 * How often planewright tries again after sshd dropped a connection before it said a word. sshd drops
 * connections at random while many logins are under way (MaxStartups 10:30:100, sshd_config(5)), and accepts
 * them again after that. The wait doubles each time: about 4 s in all.
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

/** A connection that is logged in; nothing runs on it yet. */
export interface SshSession {
  readonly ssh: NodeSSH
  readonly client: Client
  readonly socket: Socket
  readonly loss: LossWatch
}

/** The result of one attempt: a session, or an sshd that dropped the connection before it talked. */
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
    // Each waits a different time, or connections that were dropped together would be dropped together again.
    await wait(DROP_WAIT_MS * 2 ** retries * (0.5 + Math.random()), undefined, { signal: login.deadline })
  }
}

async function attemptSession({ target, known, offer, deadline }: Login): Promise<Attempt> {
  const { NodeSSH } = await import('node-ssh')
  let refusedKey: PlanewrightError | undefined
  let accepted: readonly string[] = []
  // Our own socket: it works without Nagle's algorithm from its first packet, and is destroyed when the time
  // is over.
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
      // ssh2's default order is already cheap (curve25519, AES-GCM); SHA-1 is removed.
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
  // node-ssh makes its client at once, or throws the reason.
  if (client === null)
    throw new PlanewrightError('internal', 'node-ssh made no client', { cause: await connecting })
  const loss = new LossWatch(client)
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', () => {
        resolve()
      })
      loss.whenLost(reject)
      // Not simply awaited: for node-ssh, an agent's refusal of one key would end the login.
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

/** Offers one key after the other, and reports the methods that sshd said it would take. */
function takeTurns(offer: KeyOffer, hear: (methods: AuthenticationType[]) => void): AuthHandlerMiddleware {
  const methods = offer.methods.values()
  // ssh2 accepts the handler's return value, and false as the end; its types have only the callback.
  const handler = (left: AuthenticationType[] | null) => {
    if (left !== null) hear(left)
    return methods.next().value ?? false
  }
  return handler
}

/**
 * Bytes that sshd sends at most before the key exchange. A dropped connection may get `Exceeded MaxStartups`
 * or `Not allowed at this time` (OpenSSH sshd.c); the key exchange itself begins with about 1,000 bytes.
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
