import { connect } from 'node:tls'
import type { Connection } from './connection.ts'
import { askThrough, type HttpRequest, type HttpResponse, type ServerAddress } from './http.ts'

/**
 * How a server's certificate is checked, and how we show who we are, each as PEM. Without an authority those count that
 * Node knows; without a certificate we show none. Secrets: never logged, never printed.
 */
export interface TlsIdentity {
  readonly certificateAuthority: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
}

/** A {@link TlsIdentity} with all of it. */
export interface Credentials extends TlsIdentity {
  readonly certificateAuthority: string
  readonly certificate: string
  readonly key: string
}

/**
 * Sends one request through an SSH connection to a server that the host can reach; any HTTP status is an answer.
 *
 * @param timeout milliseconds within which the answer is there, to its last byte; opening the stream counts
 * @throws PlanewrightError `host` where no stream can be had; an Error where no answer comes, or TLS refuses
 */
export function askHttps(
  connection: Connection,
  at: ServerAddress,
  identity: TlsIdentity,
  asked: HttpRequest,
  timeout: number,
): Promise<HttpResponse> {
  const { certificateAuthority, certificate, key } = identity
  return askThrough(
    connection,
    at,
    // Checked against the certificate's addresses, as kubectl does it for a server named by its address.
    (stream) =>
      connect({ socket: stream, host: at.address, ca: certificateAuthority, cert: certificate, key }),
    asked,
    timeout,
  )
}
