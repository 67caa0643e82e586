import { PlanewrightError } from '../error.ts'
import type { ServerAddress } from '../connection/http.ts'

/** The address of an etcd member, and whether it uses TLS. */
export interface EtcdAddress extends ServerAddress {
  readonly scheme: 'http' | 'https'
}

/** The port for etcd's clients (k/k cmd/kubeadm/app/constants). */
const defaultPort = 2379

/**
 * The address in an etcd URL, as a flag of kube-apiserver or a member has it.
 *
 * @throws PlanewrightError `host` for any URL that is not http or https.
 */
export function etcdAddress(url: string): EtcdAddress {
  const parsed = URL.parse(url)
  const scheme = parsed?.protocol.replace(/:$/, '')
  if (parsed !== null && (scheme === 'http' || scheme === 'https')) {
    // URL drops a port that is its scheme's default; Go's client dials the port that is written.
    const written = /:(\d+)\/*$/.exec(url)?.[1]
    const address = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
    return { scheme, address, port: Number(written ?? defaultPort) }
  }
  throw new PlanewrightError('host', `etcd cannot be asked at ${url}`, {
    why: 'this is not an http or https URL',
    remedy:
      'planewright can ask etcd only over TCP, at the URLs in the flag --etcd-servers of kube-apiserver.',
  })
}
