import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:tls'
import type { Connection } from './connection.ts'
import { forwardWithin } from './forward-within.ts'

/** How a server's certificate is checked, and how we show who we are. Secrets: never logged, never printed. */
export interface Credentials {
  /** PEM. */
  readonly certificateAuthority: string
  /** PEM. */
  readonly certificate: string
  /** PEM. */
  readonly key: string
}

/** One request. */
export interface HttpsRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpsResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Where a server listens, as seen from the host. */
export interface ServerAddress {
  readonly address: string
  readonly port: number
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Sends one request through an SSH connection to a server that the host can reach; any HTTP status is an answer.
 *
 * @param timeout milliseconds within which the answer is there, to its last byte; opening the stream counts
 * @throws PlanewrightError `host` where no stream can be had; an Error where no answer comes, or TLS refuses
 */
export async function askHttps(
  connection: Connection,
  at: ServerAddress,
  credentials: Credentials,
  asked: HttpsRequest,
  timeout: number,
): Promise<HttpsResponse> {
  const end = performance.now() + timeout
  const stream = await forwardWithin(connection, at.address, at.port, timeout)
  let timer: NodeJS.Timeout | undefined
  try {
    const socket = connect({
      socket: stream,
      // Checked against the certificate's addresses, as kubectl does it for a server named by its address.
      host: at.address,
      ca: credentials.certificateAuthority,
      cert: credentials.certificate,
      key: credentials.key,
    })
    return await new Promise<HttpsResponse>((resolve, reject) => {
      // Node's own timeout never comes while TLS waits for a peer that took the connection and says nothing.
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${timeout / 1000} s`))
      }, end - performance.now())
      const outgoing = request(
        {
          createConnection: () => socket,
          host: at.address,
          port: at.port,
          method: asked.method,
          path: asked.path,
          headers: { 'user-agent': 'planewright', connection: 'close', ...asked.headers },
        },
        (response) => {
          readBody(response)
            .then((body) => {
              resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
            })
            .catch(reject)
        },
      )
      outgoing.on('error', reject)
      socket.on('error', reject)
      outgoing.end(asked.body)
    })
  } finally {
    clearTimeout(timer)
    stream.destroy()
  }
}
