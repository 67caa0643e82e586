import type { Duplex } from 'node:stream'
import type { Connection } from './connection.ts'
import { forwardRefused } from './forwarding.ts'

/**
 * Opens a stream to address:port as seen from the host, within a time limit. For a machine that is off, the
 * host itself waits minutes (Linux, tcp_syn_retries), and `forward` has no other limit.
 *
 * @param timeout milliseconds
 * @throws PlanewrightError as `Connection.forward` does; `host` if the time is over
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
    // A stream that opens after the time limit has no owner, and would stay open as long as the connection.
    opening.then(
      (stream) => stream.destroy(),
      () => undefined,
    )
    throw thrown
  } finally {
    clearTimeout(timer)
  }
}
