import { PlanewrightError } from '../error.ts'
import type { ServerAddress } from '../connection/https.ts'

/** The port of etcd's clients (k/k cmd/kubeadm/app/constants). */
const defaultPort = 2379

/**
 * Where an etcd URL leads to, as a flag of kube-apiserver or a member has it.
 *
 * @throws PlanewrightError `host` for what is no https URL.
 */
export function etcdAddress(url: string): ServerAddress {
  const parsed = URL.parse(url)
  if (parsed?.protocol === 'https:') {
    const address = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
    return { address, port: parsed.port === '' ? defaultPort : Number(parsed.port) }
  }
  throw new PlanewrightError('host', `etcd cannot be asked at ${url}`, {
    why: 'that is no https URL',
    remedy: 'planewright asks etcd over TLS, with the certificate that kube-apiserver has for it.',
  })
}
