import { openApiserver, type NodeApiserver } from '../apiserver/node-apiserver.ts'
import type { Connection } from '../connection/connection.ts'
import type { ServerAddress } from '../connection/http.ts'
import { toPlanewrightError } from '../error.ts'
import { openTransaction } from '../guard/transaction.ts'
import type { ProcessFact } from '../host/fact.ts'
import { readHost, type HostReader } from '../host/host-reader.ts'
import { askKubelet } from '../host/kubelet.ts'
import { flagValues } from '../manifest/flags.ts'
import { defaultSecurePort } from './compare-static-pod.ts'

/** A host of the inventory, and the way to it. */
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

/** A host, connected. */
export async function reach({ name, address, connect }: Reachable): Promise<ControlPlane> {
  return { name, address, connection: await connect() }
}

/** What is wrong with something, in words; empty where nothing is. */
export type Troubles = readonly string[]

/** What can be seen on a control plane itself. */
export interface Inspected {
  readonly host: ControlPlane
  readonly reader: HostReader
  /** Its kube-apiserver's process; undefined where none runs. */
  readonly apiserver: ProcessFact | undefined
  /** What is under way there, and whether its kubelet is alive. */
  readonly troubles: Troubles
}

/** Why something cannot be asked, in a line; faults of our own are thrown on. */
export function wordsOf(thrown: unknown): string {
  const { message, why, code } = toPlanewrightError(thrown)
  if (code === 'internal') throw thrown
  return why === undefined ? message : `${message}: ${why}`
}

/** The words of what fails, as a trouble; faults of our own are thrown on. */
export async function troublesOf(action: () => Promise<Troubles>): Promise<Troubles> {
  try {
    return await action()
  } catch (thrown) {
    return [wordsOf(thrown)]
  }
}

async function kubeletTroubles(host: ControlPlane, runs: boolean): Promise<Troubles> {
  if (!runs) return ['no kubelet runs there (systemctl status kubelet)']
  const trouble = await askKubelet(host.connection)
  return trouble === undefined ? [] : [trouble]
}

/** Looks at a control plane: an open transaction, kubeadm at work, its kubelet, its apiserver's process. */
export async function inspect(host: ControlPlane): Promise<Inspected> {
  const reader = readHost(host.connection)
  const [open, kubeadm, kubelets, apiservers] = await Promise.all([
    reader.file(openTransaction),
    reader.processes('kubeadm', []),
    reader.processes('kubelet', []),
    reader.processes('kube-apiserver', []),
  ])
  const transaction =
    open.type === 'regular' ? [`transaction ${open.content.toString('utf8').trim()} is open there`] : []
  const upgrades = kubeadm.processes
    .filter(({ argv }) => ['upgrade', 'init', 'join', 'reset'].some((verb) => argv.includes(verb)))
    .map(({ argv, pid }) => `${argv.slice(0, 3).join(' ')} is under way there (process ${pid})`)
  const kubelet = await troublesOf(() => kubeletTroubles(host, kubelets.processes.length > 0))
  return {
    host,
    reader,
    apiserver: apiservers.processes.at(-1),
    troubles: [...transaction, ...upgrades, ...kubelet],
  }
}

/**
 * Looks at a control plane other than the one that is to be touched: a connection that breaks off is opened anew, once.
 * What cannot be looked at is a trouble of that host, and no failure of the one that it is asked for.
 */
export async function inspectPeer(host: Reachable): Promise<Inspected | Troubles> {
  try {
    const first = await reach(host)
    return await inspect(first).catch(async (thrown: unknown) => {
      if (first.connection.isLost) return inspect(await reach(host))
      throw thrown
    })
  } catch (thrown) {
    return [`cannot be asked: ${wordsOf(thrown)}`]
  }
}

/** Where a control plane's own apiserver is asked. */
export function listensAt(host: ControlPlane, { argv }: ProcessFact): ServerAddress {
  const address = flagValues(argv, 'advertise-address').at(-1) ?? host.address
  return { address, port: Number(flagValues(argv, 'secure-port').at(-1) ?? defaultSecurePort) }
}

/** What an apiserver says of its own readiness. */
export async function readiness(apiserver: NodeApiserver): Promise<Troubles> {
  const { status, body } = await apiserver.ask({ method: 'GET', path: '/readyz', headers: {} })
  return status === 200 ? [] : [`its apiserver is not ready: HTTP ${status}: ${body.trim().slice(0, 300)}`]
}

/** Why a control plane's own apiserver does not serve; empty where it does. */
export async function servingTroubles({ host, apiserver }: Inspected): Promise<Troubles> {
  if (apiserver === undefined) return ['no kube-apiserver runs there']
  return troublesOf(async () => readiness(await openApiserver(host.connection, listensAt(host, apiserver))))
}
