import { request } from 'node:http'
import type { Connection } from '../connection/connection.ts'
import { isForwardingProhibited } from '../connection/forwarding.ts'

/** The kubelet's default address for its health (k/k pkg/kubelet/apis/config, HealthzPort). */
const healthz = { address: '127.0.0.1', port: 10248 }

/** Milliseconds: a kubelet that works answers within a few. */
const patience = 5_000

/**
 * Why a running kubelet cannot restart anything; undefined if it can. If the kubelet is stopped, the kernel
 * still accepts connections to its port, but no answer comes. A kubelet that is configured without this port
 * counts as working.
 */
export async function askKubelet(connection: Connection): Promise<string | undefined> {
  let stream
  try {
    stream = await connection.forward(healthz.address, healthz.port)
  } catch (thrown) {
    if (isForwardingProhibited(thrown)) throw thrown
    return undefined
  }
  const socket = stream
  try {
    return await new Promise<string | undefined>((resolve) => {
      const outgoing = request(
        {
          createConnection: () => socket,
          host: healthz.address,
          port: healthz.port,
          path: '/healthz',
          timeout: patience,
        },
        (response) => {
          response.resume()
          const { statusCode } = response
          resolve(statusCode === 200 ? undefined : `its kubelet is not healthy: HTTP ${String(statusCode)}`)
        },
      )
      const timer = setTimeout(() => {
        resolve(`its kubelet hangs: no answer within ${patience / 1000} s`)
      }, patience)
      outgoing.on('close', () => {
        clearTimeout(timer)
      })
      outgoing.on('error', (error) => {
        resolve(`its kubelet gives no answer: ${error.message}`)
      })
      outgoing.end()
    })
  } finally {
    socket.destroy()
  }
}
