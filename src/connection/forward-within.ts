import type { Duplex } from 'node:stream'
import type { Connection } from './connection.ts'
import { forwardRefused } from './forwarding.ts'

/**
 * A stream to address:port as seen from the host, or an error in time. The host's own patience with a machine that is
 * off is minutes (Linux, tcp_syn_retries), and `forward` alone has no other.
 *
 * @param timeout milliseconds
 * @throws PlanewrightError as `Connection.forward` does; `host` where the time is over
 */
export async function forwardWithin(
  connection: Pick<Connection, 'forward' | 'target'>,
  address: string,
  port: number,
  timeout: number,
): Promise<Duplex> {
  const opening = connection.forward(address, port)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const cause = new Error(`no answer within ${timeout / 1000} s`)
      reject(forwardRefused(connection.target, address, port, cause))
    }, timeout)
  })
  try {
    return await Promise.race([opening, late])
  } catch (thrown) {
    // A stream that comes after all belongs to nobody, and would stay open as long as the connection.
    opening.then(
      (stream) => stream.destroy(),
      () => undefined,
    )
    throw thrown
  } finally {
    clearTimeout(timer)
  }
}
