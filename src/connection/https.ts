import { connect } from 'node:tls'
import type { Connection } from './connection.ts'
import { askThrough, type HttpRequest, type HttpResponse, type ServerAddress } from './http.ts'

/**
 * How a server's certificate is checked, and which certificate planewright shows, each as PEM. Without an
 * authority, the ones that Node knows count. Without a certificate, planewright shows none. These are
 * secrets: never logged, never printed.
 */
export interface TlsIdentity {
  readonly certificateAuthority: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
}

/** A complete {@link TlsIdentity}. */
export interface Credentials extends TlsIdentity {
  readonly certificateAuthority: string
  readonly certificate: string
  readonly key: string
}

/**
 * Sends one request through an SSH connection to a server that the host can reach. Any HTTP status is an
 * answer.
 *
 * @param timeout milliseconds for the whole answer, including opening the stream
 * @throws PlanewrightError `host` if no stream opens; an Error if no answer comes, or if TLS refuses
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
    // Checked against the certificate's addresses, as kubectl does for a server that is named by its address.
    (stream) =>
      connect({ socket: stream, host: at.address, ca: certificateAuthority, cert: certificate, key }),
    asked,
    timeout,
  )
}
