import type { Connection } from '../../connection/connection.ts'
import { connectSsh } from '../../connection/ssh.ts'
import type { ConnectionTarget } from '../../connection/target.ts'
import { toPlanewrightError } from '../../error.ts'

/** Milliseconds until a host that does not answer counts as unreachable. */
const readyTimeout = 20_000

/** A connection that was asked for; `opened` is undefined until it is there. */
interface Opening {
  readonly opening: Promise<Connection>
  opened: Connection | undefined
}

/**
 * The connections of one run, one for each host. Each is opened when it is first needed, and all are closed
 * together.
 */
export class Connections implements AsyncDisposable {
  readonly #openings = new Map<string, Opening>()
  readonly #replaced: Connection[] = []

  /**
   * The connection to a host. Asking twice gives the same one, as long as it lives. A lost connection is
   * opened again, as a restart of sshd must not end the work on other hosts. A host that could not be reached
   * is tried again; a login that was refused is not.
   */
  open(target: ConnectionTarget): Promise<Connection> {
    const known = this.#openings.get(target.name)
    if (known !== undefined && known.opened?.isLost !== true) return known.opening
    if (known?.opened !== undefined) this.#replaced.push(known.opened)
    const made: Opening = {
      opening: connectSsh(target, { readyTimeoutMs: readyTimeout }),
      opened: undefined,
    }
    this.#openings.set(target.name, made)
    made.opening.then(
      (connection) => {
        made.opened = connection
      },
      (thrown: unknown) => {
        if (toPlanewrightError(thrown).code === 'unreachable') this.#openings.delete(target.name)
      },
    )
    return made.opening
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const settled = await Promise.allSettled([...this.#openings.values()].map(({ opening }) => opening))
    const opened = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    await Promise.all([...opened, ...this.#replaced].map((connection) => connection.close()))
  }
}
