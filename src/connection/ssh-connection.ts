import type { Duplex } from 'node:stream'

import { PlanewrightError } from '../error.ts'
import type { Connection, RunOptions, RunResult } from './connection.ts'
import { frameScript } from './exchange.ts'
import { forwardRefused } from './forwarding.ts'
import type { SshSession } from './handshake.ts'
import type { PersistentShell } from './persistent-shell.ts'
import type { ConnectionTarget } from './target.ts'
import { unreachable } from './unreachable.ts'

/** Milliseconds for the last packets to leave, before the socket is closed in any case. */
const FAREWELL_MS = 1000

/**
 * A {@link Connection} over one SSH session with one shell. It keeps the order of calls, their time limits,
 * and the loss.
 */
export class SshConnection implements Connection {
  readonly target: ConnectionTarget
  readonly #session: SshSession
  readonly #shell: PersistentShell
  #turn: Promise<unknown> = Promise.resolve()
  #loss: PlanewrightError | undefined
  #closing: Promise<void> | undefined

  constructor(target: ConnectionTarget, session: SshSession, shell: PersistentShell) {
    this.target = target
    this.#session = session
    this.#shell = shell
    session.loss.whenLost((cause) => {
      this.#lose(unreachable(target, `the connection to ${target.address} was lost`, cause))
    })
  }

  get isLost(): boolean {
    return this.#loss !== undefined && this.#closing === undefined
  }

  get roundTrips(): number {
    return this.#shell.exchanges
  }

  run(script: string, options: RunOptions): Promise<RunResult> {
    const result = this.#turn.then(() => this.#exchange(script, options))
    this.#turn = result.catch(() => undefined)
    return result
  }

  async forward(address: string, port: number): Promise<Duplex> {
    if (this.#loss !== undefined) throw this.#loss
    try {
      return await this.#session.ssh.forwardOut('127.0.0.1', 0, address, port)
    } catch (error) {
      throw this.#lossNow() ?? forwardRefused(this.target, address, port, error)
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #exchange(script: string, { timeoutMs }: RunOptions): Promise<RunResult> {
    if (this.#loss !== undefined) throw this.#loss
    const exchange = frameScript(script)
    const timer = setTimeout(() => {
      this.#lose(timedOut(this.target, timeoutMs))
    }, timeoutMs)
    try {
      return await this.#shell.exchange(exchange)
    } catch (error) {
      // Without its shell a connection is useless, even if its socket lives.
      this.#lose(unreachable(this.target, `the shell on ${this.target.address} ended`, error))
      throw this.#lossNow() ?? error
    } finally {
      clearTimeout(timer)
    }
  }

  #lose(loss: PlanewrightError): void {
    if (this.#loss !== undefined) return
    this.#loss = loss
    this.#shell.fail(loss)
    this.#session.socket.destroy()
  }

  /** The loss after an await: without this method, the compiler would assume that there still is none. */
  #lossNow(): PlanewrightError | undefined {
    return this.#loss
  }

  async #close(): Promise<void> {
    const { client, socket } = this.#session
    this.#loss ??= new PlanewrightError('unreachable', `the connection to ${this.target.address} is closed`, {
      where: { host: this.target.name },
    })
    this.#shell.fail(this.#loss)
    if (socket.closed) return
    const closed = new Promise<void>((resolve) => {
      socket.once('close', () => {
        resolve()
      })
    })
    const timer = setTimeout(() => {
      socket.destroy()
    }, FAREWELL_MS)
    client.end()
    socket.destroySoon()
    await closed
    clearTimeout(timer)
  }
}

function timedOut(target: ConnectionTarget, timeoutMs: number): PlanewrightError {
  return new PlanewrightError('unreachable', `a command on ${target.address} took too long`, {
    where: { host: target.name },
    why:
      `It did not end within ${timeoutMs / 1000} s, so planewright closed the connection. ` +
      'The command may still run, and its result is unknown.',
    remedy: 'Check what keeps the host busy, then run planewright again.',
  })
}
