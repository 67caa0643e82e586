import type { Connection } from '../connection/connection.ts'
import type { HttpRequest, HttpResponse, ServerAddress } from '../connection/http.ts'
import { askHttps, type Credentials } from '../connection/https.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'

/** One request to an apiserver. */
export type ApiRequest = HttpRequest

export type ApiResponse = HttpResponse

/** Where one node's own apiserver listens, as seen from that node. */
export type ApiserverAddress = ServerAddress

/** Milliseconds in which an apiserver that serves sends its whole answer. */
const requestTimeout = 10_000

/**
 * Sends one request to the node's own apiserver, through the SSH connection and past every load balancer.
 *
 * @throws PlanewrightError `host` if nothing listens, `proof` if no answer comes; any HTTP status is an
 * answer.
 */
export async function askApiserver(
  connection: Connection,
  at: ApiserverAddress,
  credentials: Credentials,
  asked: ApiRequest,
): Promise<ApiResponse> {
  try {
    return await askHttps(connection, at, credentials, asked, requestTimeout)
  } catch (error) {
    if (error instanceof PlanewrightError) throw error
    throw new PlanewrightError('proof', `the apiserver at ${at.address}:${at.port} gives no answer`, {
      reasonCode: 'no-answer',
      why: toPlanewrightError(error).message,
      cause: error,
    })
  }
}
