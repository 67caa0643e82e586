import { setTimeout as pause } from 'node:timers/promises'
import { readControlPlaneNodes, type ControlPlaneNode } from '../apiserver/control-plane-nodes.ts'
import { openApiserver } from '../apiserver/node-apiserver.ts'
import type { Connection } from '../connection/connection.ts'
import { isForwardingProhibited } from '../connection/forwarding.ts'
import { PlanewrightError } from '../error.ts'
import { readEtcdHealth } from '../etcd/etcd.ts'
import { quorumTrouble } from '../etcd/quorum.ts'
import type { ProcessFact } from '../host/fact.ts'
import { defaultSecurePort } from './compare-static-pod.ts'
import {
  inspect,
  listensAt,
  readiness,
  servingTroubles,
  troublesOf,
  type ControlPlane,
  type Inspected,
  type Troubles,
} from './control-plane.ts'
import { etcdClient } from './etcd-client.ts'
import { isNodeOf, type KnownHost } from './stranger.ts'

/** A host of the inventory that this run has not surveyed: it may be a control plane of the cluster, too. */
export interface Neighbour {
  readonly name: string
  readonly address: string
  readonly connect: () => Promise<Connection>
}

/** Asks etcd as this host's kube-apiserver would. */
async function askEtcd({ host, reader }: Inspected, apiserver: ProcessFact): Promise<Troubles> {
  const { urls, identity } = await etcdClient(reader, apiserver)
  const trouble = quorumTrouble(await readEtcdHealth(host.connection, urls, identity))
  return trouble === undefined ? [] : [trouble]
}

/** Asks etcd from the first host that can: the member beside an apiserver may be the very one that is down. */
async function etcdTroubles(hosts: readonly Inspected[]): Promise<Troubles> {
  const failed: unknown[] = []
  for (const one of hosts) {
    if (one.apiserver === undefined) continue
    try {
      return await askEtcd(one, one.apiserver)
    } catch (thrown) {
      failed.push(thrown)
    }
  }
  if (failed.length === 0) return []
  throw failed[0]
}

/** The control planes that the cluster knows of, asked of the first apiserver that answers; empty where none does. */
async function listNodes(inspected: readonly Inspected[]): Promise<readonly ControlPlaneNode[]> {
  for (const { host, apiserver } of inspected) {
    if (apiserver === undefined) continue
    try {
      return await readControlPlaneNodes(await openApiserver(host.connection, listensAt(host, apiserver)))
    } catch (thrown) {
      if (isForwardingProhibited(thrown)) throw thrown
    }
  }
  return []
}

/** A host of the inventory, with the address that its own apiserver tells its cluster. */
function knownHost({ host, apiserver }: Inspected): KnownHost {
  const own = apiserver === undefined ? [] : [listensAt(host, apiserver).address]
  return { name: host.name, addresses: [host.address, ...own] }
}

/** A peer that this run has no connection to is asked from the host that is to be touched. */
async function strangerTroubles(next: Inspected, node: ControlPlaneNode): Promise<Troubles> {
  if (node.internalAddress === undefined) return []
  const port =
    next.apiserver === undefined ? Number(defaultSecurePort) : listensAt(next.host, next.apiserver).port
  return readiness(await openApiserver(next.host.connection, { address: node.internalAddress, port }))
}

async function inspectNeighbour({ name, address, connect }: Neighbour): Promise<Troubles> {
  const { troubles } = await inspect({ name, address, connection: await connect() })
  return troubles
}

function named(name: string, troubles: Troubles): Troubles {
  return troubles.map((trouble) => `${name}: ${trouble}`)
}

/** What is wrong with a cluster: what may pass by itself, and what does not. */
interface Findings {
  /** Apiservers of peers that are not ready: their kubelets may be restarting them. */
  readonly passing: Troubles
  readonly lasting: Troubles
  /** Whether the host that is to be touched serves: one that does not takes nothing away from its cluster. */
  readonly serves: boolean
}

async function findTroubles(
  next: ControlPlane,
  known: readonly ControlPlane[],
  neighbours: readonly Neighbour[],
): Promise<Findings> {
  const inspected = await Promise.all(known.map(inspect))
  const own = inspected.find(({ host }) => host === next)
  if (own === undefined) throw new PlanewrightError('internal', 'a gate without its host')
  const nodes = await listNodes(inspected)
  const strangers = nodes.filter((node) => !inspected.some((one) => isNodeOf(node, knownHost(one))))
  const near = neighbours.filter((neighbour) =>
    strangers.some((node) => isNodeOf(node, { name: neighbour.name, addresses: [neighbour.address] })),
  )
  const [ownTroubles, peers, others, etcd] = await Promise.all([
    servingTroubles(own),
    Promise.all([
      ...inspected
        .filter((one) => one !== own)
        .map(async (one) => named(one.host.name, await servingTroubles(one))),
      ...strangers.map(async (node) => named(node.name, await troublesOf(() => strangerTroubles(own, node)))),
    ]),
    Promise.all(near.map(async (one) => named(one.name, await troublesOf(() => inspectNeighbour(one))))),
    troublesOf(() => etcdTroubles([own, ...inspected.filter((one) => one !== own)])),
  ])
  return {
    serves: ownTroubles.length === 0,
    passing: peers.flat(),
    lasting: [
      ...inspected.flatMap(({ host, troubles }) => named(host.name, troubles)),
      ...others.flat(),
      ...named('etcd', etcd),
    ],
  }
}

/** Milliseconds that a peer's apiserver has to come back: so long its kubelet may take to restart it. */
const passingTimeout = 60_000

/** Milliseconds between two looks at a peer that is on its way. */
const passingPause = 1_000

/**
 * Makes sure that a cluster bears it when one of its control planes is touched: every peer's apiserver is ready, etcd
 * keeps its quorum with one more member lost, nothing else is under way on any of them, and their kubelets answer. A
 * peer's apiserver that is just being restarted is waited for. Of a host whose own apiserver does not serve, the peers
 * need not: mending it takes nothing away.
 *
 * @param next the host that is to be touched
 * @param known every control plane of the cluster that the run has surveyed, `next` among them
 * @param neighbours other hosts of the inventory: those that the cluster knows as control planes are looked at, too
 * @throws PlanewrightError `host` with everything that is wrong, a line each.
 */
export async function checkGate(
  next: ControlPlane,
  known: readonly ControlPlane[],
  neighbours: readonly Neighbour[],
): Promise<void> {
  const end = performance.now() + passingTimeout
  let found = await findTroubles(next, known, neighbours)
  while (found.lasting.length === 0 && found.passing.length > 0 && performance.now() < end) {
    await pause(passingPause)
    found = await findTroubles(next, known, neighbours)
  }
  const lines = found.serves ? [...found.lasting, ...found.passing] : found.lasting
  if (lines.length === 0) return
  throw new PlanewrightError('host', 'the cluster is not fit to have this control plane touched', {
    why: lines.join('\n'),
    remedy: 'Nothing was written on this host. Mend what is named, and run again.',
  })
}
