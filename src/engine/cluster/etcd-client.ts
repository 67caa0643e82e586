import { posix } from 'node:path'
import type { TlsIdentity } from '../../connection/https.ts'
import { PlanewrightError } from '../../error.ts'
import type { FileFact, ProcessFact } from '../../host/fact.ts'
import type { HostReader } from '../../host/host-reader.ts'
import { flagValues } from '../../manifest/flags.ts'

/** How a kube-apiserver connects to its etcd. */
export interface EtcdClient {
  readonly urls: readonly string[]
  readonly identity: TlsIdentity
}

function missing({ type }: FileFact): string {
  return type === 'absent' ? 'the file does not exist' : `it is not a regular file (${type})`
}

/** A flag that is not set needs no file: etcd may accept requests without a certificate, or without TLS. */
async function readPem(
  reader: HostReader,
  { pid, argv }: ProcessFact,
  flag: string,
): Promise<string | undefined> {
  const path = flagValues(argv, flag).at(-1)
  if (path === undefined || path === '') return undefined
  // The path is inside the container, so the file is read through the process.
  const seen = posix.join('/proc', `${pid}`, path.startsWith('/') ? 'root' : 'cwd', path)
  const fact = await reader.file(seen)
  if (fact.type === 'regular') return fact.content.toString('utf8')
  throw new PlanewrightError('host', `the file of kube-apiserver's --${flag} cannot be read`, {
    where: { path },
    why: `${missing(fact)}, as process ${pid} sees it`,
    remedy:
      'Nothing was written. planewright asks etcd with the files of kube-apiserver. Restore this file, or correct the flag.',
  })
}

/**
 * How a kube-apiserver finds its etcd, according to its process's flags.
 *
 * @throws PlanewrightError `host` if a file that a flag names cannot be read.
 */
export async function etcdClient(reader: HostReader, apiserver: ProcessFact): Promise<EtcdClient> {
  const [certificateAuthority, certificate, key] = await Promise.all([
    readPem(reader, apiserver, 'etcd-cafile'),
    readPem(reader, apiserver, 'etcd-certfile'),
    readPem(reader, apiserver, 'etcd-keyfile'),
  ])
  const servers = flagValues(apiserver.argv, 'etcd-servers').at(-1) ?? ''
  return { urls: servers.split(','), identity: { certificateAuthority, certificate, key } }
}
