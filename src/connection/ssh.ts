import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ClientChannel } from 'ssh2'

import { PlanewrightError } from '../error.ts'
import { offerKeys } from './authentication.ts'
import type { KeySources } from './authentication.ts'
import type { Connection } from './connection.ts'
import { openSshSession } from './handshake.ts'
import type { SshSession } from './handshake.ts'
import { findKnownHost } from './known-hosts.ts'
import type { KnownHostEntry } from './known-hosts.ts'
import { composeLogin, startLoginShell } from './login-shell.ts'
import type { PersistentShell } from './persistent-shell.ts'
import { SshConnection } from './ssh-connection.ts'
import type { ConnectionTarget } from './target.ts'
import { unreachable } from './unreachable.ts'

export interface ConnectSshOptions {
  /** Milliseconds for everything: the name, TCP, handshake, login, and the shell under sudo. */
  readonly readyTimeoutMs: number
  /**
   * Where planewright looks for keys if the target names none. The default is the agent at SSH_AUTH_SOCK, and
   * ~/.ssh.
   */
  readonly keySources?: KeySources
}

/**
 * Connects to a host over SSH, and starts the one shell that runs all scripts.
 *
 * @throws PlanewrightError `unreachable`, `host-key`, `authentication`, `become`
 */
export async function connectSsh(target: ConnectionTarget, options: ConnectSshOptions): Promise<Connection> {
  const late = new AbortController()
  const timer = setTimeout(() => {
    late.abort()
  }, options.readyTimeoutMs)
  const deadline = late.signal
  try {
    const [known, offer] = await Promise.all([
      readKnownHost(target),
      offerKeys(target, options.keySources ?? defaultKeySources()),
    ])
    const session = await openSshSession({ target, known, offer, deadline })
    return new SshConnection(target, session, await openShell(target, session))
  } catch (error) {
    throw deadline.aborted ? tooLate(target, options.readyTimeoutMs, error) : error
  } finally {
    clearTimeout(timer)
  }
}

function defaultKeySources(): KeySources {
  const { SSH_AUTH_SOCK } = process.env
  return {
    agentSocket: SSH_AUTH_SOCK === '' ? undefined : SSH_AUTH_SOCK,
    identityFolder: join(homedir(), '.ssh'),
  }
}

/** If the known_hosts file does not exist, no host is known. */
async function readKnownHost(target: ConnectionTarget): Promise<KnownHostEntry> {
  const text = await readFile(target.knownHostsFile, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw new PlanewrightError('host-key', 'the known_hosts file cannot be read', {
      where: { host: target.name, file: target.knownHostsFile },
      why: error instanceof Error ? error.message : String(error),
      remedy: 'Make the file readable. planewright needs it to verify host keys.',
      cause: error,
    })
  })
  return findKnownHost(text, target.address, target.port)
}

async function openShell(target: ConnectionTarget, session: SshSession): Promise<PersistentShell> {
  const login = composeLogin(target)
  try {
    return await startLoginShell(target, login, await execute(target, session, login.command))
  } catch (error) {
    const { cause } = session.loss
    session.socket.destroy()
    if (cause === undefined) throw error
    throw unreachable(target, `the connection to ${target.address} was lost before a shell was ready`, cause)
  }
}

function execute(target: ConnectionTarget, session: SshSession, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    session.loss.whenLost(reject)
    session.client.exec(command, (error, channel) => {
      if (error === undefined) resolve(channel)
      else reject(unreachable(target, `${target.user} gets no shell on ${target.address}`, error))
    })
  })
}

function tooLate(target: ConnectionTarget, readyTimeoutMs: number, cause: unknown): PlanewrightError {
  return new PlanewrightError('unreachable', `no shell on ${target.address} is ready in time`, {
    where: { host: target.name },
    why: `It was not ready after ${readyTimeoutMs / 1000} s. ${cause instanceof Error ? cause.message : ''}`.trim(),
    remedy: 'Check that the host is up and not overloaded, and that no firewall drops packets to this port.',
    cause,
  })
}
