import type { Client } from 'ssh2'

/**
 * Notices the loss of an SSH connection, from its first moment to its last. ssh2 emits `error` at any time,
 * also between two commands, and an `error` without a listener ends the process. So this listener stays.
 */
export class LossWatch {
  #cause: Error | undefined
  #listeners: ((cause: Error) => void)[] = []

  constructor(client: Client) {
    client.on('error', (error: Error) => {
      if (!isRefusalOfAgent(error)) this.#lose(error)
    })
    const closed = () => {
      this.#lose(new Error('the host closed the connection'))
    }
    client.on('end', closed).on('close', closed)
  }

  /** The first error, which causes all later ones; undefined as long as the connection lives. */
  get cause(): Error | undefined {
    return this.#cause
  }

  /** Calls the listener once, at the moment of the loss, before the loss ends any channel. */
  whenLost(listener: (cause: Error) => void): void {
    if (this.#cause === undefined) this.#listeners.push(listener)
    else listener(this.#cause)
  }

  #lose(cause: Error): void {
    if (this.#cause !== undefined) return
    this.#cause = cause
    for (const listener of this.#listeners) listener(cause)
    this.#listeners = []
  }
}

/** If an agent does not sign with one key, the connection is not lost: ssh2 goes on with the next key. */
export function isRefusalOfAgent(error: unknown): boolean {
  return (error as { level?: unknown }).level === 'agent'
}
