import { request, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Connection } from './connection.ts'
import { forwardWithin } from './forward-within.ts'

/** One request. */
export interface HttpRequest {
  readonly method: string
  /** The path with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpResponse {
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
 * Sends one request through an SSH connection to a server that the host can reach. Any HTTP status is an
 * answer.
 *
 * @param wrap makes the stream that carries HTTP: the given stream itself, or TLS over it
 * @param timeout milliseconds for the whole answer, including opening the stream
 * @throws PlanewrightError `host` if no stream opens; an Error if no answer comes, or if `wrap` fails
 */
export async function askThrough(
  connection: Connection,
  at: ServerAddress,
  wrap: (stream: Duplex) => Duplex,
  asked: HttpRequest,
  timeout: number,
): Promise<HttpResponse> {
  const end = performance.now() + timeout
  const stream = await forwardWithin(connection, at.address, at.port, timeout)
  let timer: NodeJS.Timeout | undefined
  try {
    const socket = wrap(stream)
    return await new Promise<HttpResponse>((resolve, reject) => {
      // Node's own timeout never comes if the peer accepted the connection and TLS waits for its answer.
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

/** {@link askThrough} with the stream itself, for servers that speak plain HTTP. */
export function askHttp(
  connection: Connection,
  at: ServerAddress,
  asked: HttpRequest,
  timeout: number,
): Promise<HttpResponse> {
  return askThrough(connection, at, (stream) => stream, asked, timeout)
}
