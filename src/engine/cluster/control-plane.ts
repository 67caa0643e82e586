import { openApiserver, type NodeApiserver } from '../../apiserver/node-apiserver.ts'
import type { Connection } from '../../connection/connection.ts'
import { forwardWithin } from '../../connection/forward-within.ts'
import { isConnectionRefused } from '../../connection/forwarding.ts'
import type { ServerAddress } from '../../connection/http.ts'
import { lineOf, toPlanewrightError } from '../../error.ts'
import type { FileFact, ProcessesFact, ProcessFact } from '../../host/fact.ts'
import { readHost, type HostReader } from '../../host/host-reader.ts'
import { flagValues } from '../../manifest/flags.ts'
import { defaultSecurePort } from '../plan/compare-static-pod.ts'
import type { NamedHost } from './unlisted.ts'
import { certificateAuthority } from '../survey/survey-host.ts'

/** A host of the inventory, with a way to connect to it. */
export interface Reachable {
  readonly name: string
  readonly address: string
  readonly connect: () => Promise<Connection>
}

/** A control plane of the cluster, by its name in the inventory. */
export interface ControlPlane {
  readonly name: string
  readonly address: string
  readonly connection: Connection
}

/** Connects to a host. */
export async function reach({ name, address, connect }: Reachable): Promise<ControlPlane> {
  return { name, address, connection: await connect() }
}

/** What is wrong with something, in words; empty if nothing is. */
export type Troubles = readonly string[]

/** Which node a host is, according to what is on it. */
export interface Seen {
  readonly host: ControlPlane
  readonly reader: HostReader
  /** Its kube-apiserver's process; undefined if none runs. */
  readonly apiserver: ProcessFact | undefined
  /** sha256 of its CA certificate; undefined if it has none. */
  readonly cluster: string | undefined
  /** The name that its kubelet uses, unless a cloud provider sets another; undefined if it is unknown. */
  readonly nodeName: string | undefined
}

/** The host's own name in lower case, unless a flag sets another (k/k cmd/kubelet/app/server.go). */
function nodeNameOf({ processes }: ProcessesFact, hostname: FileFact): string | undefined {
  const told = flagValues(processes.at(-1)?.argv ?? [], 'hostname-override').at(-1)
  const own = hostname.type === 'regular' ? hostname.content.toString('utf8') : ''
  const name = (told ?? own).trim().toLowerCase()
  return name === '' ? undefined : name
}

/**
 * Finds out which node a host is. It costs one exchange, together with what else the reader is asked at the
 * same moment.
 */
export async function see(host: ControlPlane, reader: HostReader): Promise<Seen> {
  const [apiservers, kubelets, ca, hostname] = await Promise.all([
    reader.processes('kube-apiserver', []),
    reader.processes('kubelet', []),
    reader.file(certificateAuthority),
    reader.file('/proc/sys/kernel/hostname'),
  ])
  return {
    host,
    reader,
    apiserver: apiservers.processes.at(-1),
    cluster: ca.type === 'regular' ? ca.sha256 : undefined,
    nodeName: nodeNameOf(kubelets, hostname),
  }
}

/** A host of the inventory, with every name and address that its cluster may know it by. */
export function namedHost({ host, apiserver, nodeName }: Seen): NamedHost {
  const advertised = apiserver === undefined ? undefined : listensAt(host, apiserver).address
  const words = [host.address, advertised, nodeName].filter((word) => word !== undefined)
  return { name: host.name, addresses: [...new Set(words)] }
}

/** Why something cannot be asked, in a line. Internal errors are thrown on. */
export function wordsOf(thrown: unknown): string {
  const error = toPlanewrightError(thrown)
  if (error.code === 'internal') throw thrown
  return lineOf(error)
}

/** Returns the words of an error as a problem. Internal errors are thrown on. */
export async function troublesOf(action: () => Promise<Troubles>): Promise<Troubles> {
  try {
    return await action()
  } catch (thrown) {
    return [wordsOf(thrown)]
  }
}

/** Where to ask a control plane's own apiserver. */
export function listensAt(host: ControlPlane, { argv }: ProcessFact): ServerAddress {
  const address = flagValues(argv, 'advertise-address').at(-1) ?? host.address
  return { address, port: Number(flagValues(argv, 'secure-port').at(-1) ?? defaultSecurePort) }
}

/** Milliseconds: a host knows at once whether one of its own ports is open. */
const portTimeout = 5_000

/** Where an apiserver itself listens. The address that it advertises may be on another host at the moment. */
function bindsAt({ argv }: ProcessFact): ServerAddress {
  const address = flagValues(argv, 'bind-address').at(-1) ?? ''
  const everywhere = ['', '0.0.0.0', '::']
  return {
    address: everywhere.includes(address) ? '127.0.0.1' : address,
    port: Number(flagValues(argv, 'secure-port').at(-1) ?? defaultSecurePort),
  }
}

/**
 * What a host's own apiserver is to its cluster.
 *
 * - `absent`: no process of it runs
 * - `closed`: a process runs, but nothing listens at its port
 * - `open`: something listens, whatever it answers. An apiserver that is not ready for a moment still serves:
 *   clients are connected to it, and it may be the last one left if its peers are down.
 */
export type Presence = 'absent' | 'closed' | 'open'

/** What a control plane's own apiserver is to its cluster. If that is unknown, it counts as `open`. */
export async function presenceOf({
  host: { connection },
  apiserver,
}: Pick<Seen, 'host' | 'apiserver'>): Promise<Presence> {
  if (apiserver === undefined) return 'absent'
  const { address, port } = bindsAt(apiserver)
  try {
    const stream = await forwardWithin(connection, address, port, portTimeout)
    stream.destroy()
    return 'open'
  } catch (thrown) {
    return isConnectionRefused(thrown) ? 'closed' : 'open'
  }
}

/** What an apiserver says about its own readiness. */
export async function readiness(apiserver: NodeApiserver): Promise<Troubles> {
  const { status, body } = await apiserver.ask({ method: 'GET', path: '/readyz', headers: {} })
  return status === 200 ? [] : [`its apiserver is not ready: HTTP ${status}: ${body.trim().slice(0, 300)}`]
}

/** Why a control plane's own apiserver does not serve; empty if it does. */
export async function servingTroubles({ host, apiserver }: Seen): Promise<Troubles> {
  if (apiserver === undefined) return ['no kube-apiserver runs there']
  return troublesOf(async () => readiness(await openApiserver(host.connection, listensAt(host, apiserver))))
}

/** Looks at hosts at the same time, and leaves out those that do not answer. */
export async function seeAll(hosts: readonly Reachable[]): Promise<readonly Seen[]> {
  const looks = await Promise.allSettled(
    hosts.map(async (host) => {
      const control = await reach(host)
      return see(control, readHost(control.connection))
    }),
  )
  return looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []))
}
