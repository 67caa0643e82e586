import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:tls'
import type { Connection } from '../connection/connection.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import type { Credentials } from './kubeconfig.ts'

/** One request to an apiserver. */
export interface ApiRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ApiResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** Where one node's own apiserver listens, as seen from that node. */
export interface ApiserverAddress {
  readonly address: string
  readonly port: number
}

/** Milliseconds within which an apiserver that serves has answered, to the last byte. */
const requestTimeout = 10_000

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * Sends one request to the node's own apiserver, through the SSH connection and past every load balancer.
 *
 * @throws PlanewrightError `host` where nothing listens, `proof` where no answer comes; any HTTP status is one.
 */
export async function askApiserver(
  connection: Connection,
  at: ApiserverAddress,
  credentials: Credentials,
  asked: ApiRequest,
): Promise<ApiResponse> {
  const stream = await connection.forward(at.address, at.port)
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
    return await new Promise<ApiResponse>((resolve, reject) => {
      // Node's own timeout never comes while TLS waits for a peer that took the connection and says nothing.
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${requestTimeout / 1000} s`))
      }, requestTimeout)
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
  } catch (error) {
    throw new PlanewrightError('proof', `the apiserver at ${at.address}:${at.port} gives no answer`, {
      why: toPlanewrightError(error).message,
      cause: error,
    })
  } finally {
    clearTimeout(timer)
    stream.destroy()
  }
}
