import type { Connection } from '../connection/connection.ts'
import { connectSsh } from '../connection/ssh.ts'
import type { ConnectionTarget } from '../connection/target.ts'

/** Milliseconds until a host that does not answer counts as unreachable. */
const readyTimeout = 20_000

/** The connections of one run, one a host, opened when first needed and closed together. */
export class Connections implements AsyncDisposable {
  readonly #opened = new Map<string, Promise<Connection>>()

  /** The connection to a host; opening it twice gives the same one. */
  open(target: ConnectionTarget): Promise<Connection> {
    const known = this.#opened.get(target.name)
    if (known !== undefined) return known
    const opening = connectSsh(target, { readyTimeoutMs: readyTimeout })
    this.#opened.set(target.name, opening)
    return opening
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values())
    await Promise.all(opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])))
  }
}
