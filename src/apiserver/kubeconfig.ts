import { createPrivateKey, X509Certificate } from 'node:crypto'
import { parse } from 'yaml'
import * as z from 'zod'
import type { Credentials } from '../connection/https.ts'
import { PlanewrightError } from '../error.ts'

/** The user that planewright is for the apiserver: the certificate's common name and organizations. */
export interface Identity {
  readonly name: string
  readonly groups: readonly string[]
}

const Kubeconfig = z.object({
  'current-context': z.string(),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) }),
  ),
  clusters: z.array(
    z.object({ name: z.string(), cluster: z.object({ 'certificate-authority-data': z.base64() }) }),
  ),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({ 'client-certificate-data': z.base64(), 'client-key-data': z.base64() }),
    }),
  ),
})

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}

/**
 * Whether TLS would accept the credentials. It would refuse them later, with a message that no operator could
 * connect with the file.
 */
function isUsable({ certificateAuthority, certificate, key }: Credentials): boolean {
  try {
    const authority = new X509Certificate(certificateAuthority)
    return authority.ca && new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
  } catch {
    return false
  }
}

function unusable(path: string, why: string): PlanewrightError {
  return new PlanewrightError('proof', `the kubeconfig ${path} cannot be used`, {
    where: { path },
    reasonCode: 'unusable-kubeconfig',
    why,
    remedy:
      'planewright needs a kubeconfig with an embedded client certificate of an administrator. Make one: kubeadm init phase kubeconfig admin',
  })
}

/**
 * Reads the credentials of a kubeconfig's current context, with embedded certificates as kubeadm writes them.
 *
 * @throws PlanewrightError `proof`; the message never has any of the file's values.
 */
export function readKubeconfig(text: string, path: string): Credentials {
  let config: z.output<typeof Kubeconfig>
  try {
    config = Kubeconfig.parse(parse(text))
  } catch (error) {
    // A parser's message may quote the file, and so the key.
    const where =
      error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join('.')).join(', ') : ''
    throw unusable(path, where === '' ? 'it is not YAML' : `missing or wrong: ${where}`)
  }
  const context = config.contexts.find((one) => one.name === config['current-context'])?.context
  const cluster = config.clusters.find((one) => one.name === context?.cluster)?.cluster
  const user = config.users.find((one) => one.name === context?.user)?.user
  if (cluster === undefined || user === undefined) {
    throw unusable(path, 'its current context names a cluster or a user that it does not contain')
  }
  const credentials = {
    certificateAuthority: decode(cluster['certificate-authority-data']),
    certificate: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
  }
  if (!isUsable(credentials)) {
    throw unusable(path, 'its certificates and its key are not PEM, or do not match each other')
  }
  return credentials
}

/**
 * The identity in a client certificate: CN is the user, each O is a group (kubernetes/apiserver
 * pkg/authentication/request/x509: CommonNameUserConversion). Every authenticated user is also in
 * `system:authenticated`.
 */
export function identityOf(credentials: Credentials): Identity {
  const subject = new X509Certificate(credentials.certificate).subject.split('\n')
  const values = (key: string) =>
    subject.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1))
  return { name: values('CN')[0] ?? '', groups: [...values('O'), 'system:authenticated'] }
}
