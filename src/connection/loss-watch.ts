import type { Client } from 'ssh2'

/**
 * Notices that an SSH connection is gone, from its first moment to its last. ssh2 emits `error` whenever it likes,
 * also between two commands, and an `error` that nobody listens to ends the process: so this listener stays.
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

  /** The first error, which is the reason for all that follow; undefined as long as the connection lives. */
  get cause(): Error | undefined {
    return this.#cause
  }

  /** Calls the listener once, in the very moment of the loss: before any channel ends by it. */
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

/** An agent that does not sign with one key is no loss: ssh2 goes on with the next. */
export function isRefusalOfAgent(error: unknown): boolean {
  return (error as { level?: unknown }).level === 'agent'
}
