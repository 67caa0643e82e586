import type { Credentials } from '../connection/https.ts'
import { PlanewrightError } from '../error.ts'
import type { ProcessFact } from '../host/fact.ts'
import type { HostReader } from '../host/host-reader.ts'
import { flagValues } from '../manifest/flags.ts'

async function pem(reader: HostReader, path: string | undefined): Promise<string> {
  const fact = path === undefined ? undefined : await reader.file(path)
  if (fact?.type === 'regular') return fact.content.toString('utf8')
  throw new PlanewrightError('host', `kube-apiserver's certificates for etcd cannot be read`, {
    ...(path === undefined ? {} : { where: { path } }),
    remedy: 'Nothing was written. Look at its flags --etcd-cafile, --etcd-certfile and --etcd-keyfile.',
  })
}

/**
 * How a kube-apiserver finds its etcd, by the flags of its process.
 *
 * @throws PlanewrightError `host` where it has no certificates for it.
 */
export async function etcdClient(
  reader: HostReader,
  apiserver: ProcessFact,
): Promise<{ readonly urls: readonly string[]; readonly credentials: Credentials }> {
  const flag = (name: string) => flagValues(apiserver.argv, name).at(-1)
  const [certificateAuthority = '', certificate = '', key = ''] = await Promise.all(
    ['etcd-cafile', 'etcd-certfile', 'etcd-keyfile'].map((name) => pem(reader, flag(name))),
  )
  return {
    urls: (flag('etcd-servers') ?? '').split(','),
    credentials: { certificateAuthority, certificate, key },
  }
}
