import { PlanewrightError } from '../error.ts'
import type { ServerAddress } from '../connection/http.ts'

/** Where a member of etcd is asked, and whether over TLS. */
export interface EtcdAddress extends ServerAddress {
  readonly scheme: 'http' | 'https'
}

/** The port of etcd's clients (k/k cmd/kubeadm/app/constants). */
const defaultPort = 2379

/**
 * Where an etcd URL leads to, as a flag of kube-apiserver or a member has it.
 *
 * @throws PlanewrightError `host` for what is no http and no https URL.
 */
export function etcdAddress(url: string): EtcdAddress {
  const parsed = URL.parse(url)
  const scheme = parsed?.protocol.replace(/:$/, '')
  if (parsed !== null && (scheme === 'http' || scheme === 'https')) {
    // URL forgets a port that is its scheme's own; Go's client dials what is written.
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
