import { setTimeout as pause } from 'node:timers/promises'
import { readControlPlaneNodes, type ControlPlaneNode } from '../apiserver/control-plane-nodes.ts'
import { openApiserver } from '../apiserver/node-apiserver.ts'
import { PlanewrightError } from '../error.ts'
import { readEtcdHealth } from '../etcd/etcd.ts'
import { quorumTrouble } from '../etcd/quorum.ts'
import type { ProcessFact } from '../host/fact.ts'
import { defaultSecurePort } from './compare-static-pod.ts'
import {
  inspect,
  inspectPeer,
  listensAt,
  readiness,
  servingTroubles,
  troublesOf,
  type ControlPlane,
  type Inspected,
  type Reachable,
  type Troubles,
} from './control-plane.ts'
import { etcdClient } from './etcd-client.ts'
import { isNodeOf, type KnownHost } from './stranger.ts'

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
    } catch {
      // Another one may answer.
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

/** Peers that could be looked at, and why others could not. */
async function inspectPeers(peers: readonly Reachable[]) {
  const looks = await Promise.all(peers.map(async (peer) => ({ peer, look: await inspectPeer(peer) })))
  return {
    inspected: looks.flatMap(({ look }) => ('host' in look ? [look] : [])),
    unseen: looks.flatMap(({ peer, look }) => ('host' in look ? [] : named(peer.name, look))),
  }
}

async function findTroubles(
  next: ControlPlane,
  surveyed: readonly Reachable[],
  neighbours: readonly Reachable[],
): Promise<Findings> {
  const [own, others] = await Promise.all([inspect(next), inspectPeers(surveyed)])
  const inspected = [own, ...others.inspected]
  const nodes = await listNodes(inspected)
  const strangers = nodes.filter((node) => !inspected.some((one) => isNodeOf(node, knownHost(one))))
  const near = neighbours.filter((neighbour) =>
    strangers.some((node) => isNodeOf(node, { name: neighbour.name, addresses: [neighbour.address] })),
  )
  const [ownTroubles, peers, nearby, etcd] = await Promise.all([
    servingTroubles(own),
    Promise.all([
      ...others.inspected.map(async (one) => named(one.host.name, await servingTroubles(one))),
      ...strangers.map(async (node) => named(node.name, await troublesOf(() => strangerTroubles(own, node)))),
    ]),
    inspectPeers(near),
    troublesOf(() => etcdTroubles(inspected)),
  ])
  return {
    serves: ownTroubles.length === 0,
    passing: peers.flat(),
    lasting: [
      ...[...inspected, ...nearby.inspected].flatMap(({ host, troubles }) => named(host.name, troubles)),
      ...others.unseen,
      ...nearby.unseen,
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
 * @param surveyed the other control planes of the cluster that the run has surveyed
 * @param neighbours other hosts of the inventory: those that the cluster knows as control planes are looked at, too
 * @throws PlanewrightError `host` with everything that is wrong, a line each; `unreachable` where `next` is lost.
 */
export async function checkGate(
  next: ControlPlane,
  surveyed: readonly Reachable[],
  neighbours: readonly Reachable[],
): Promise<void> {
  const end = performance.now() + passingTimeout
  let found = await findTroubles(next, surveyed, neighbours)
  while (found.lasting.length === 0 && found.passing.length > 0 && performance.now() < end) {
    await pause(passingPause)
    found = await findTroubles(next, surveyed, neighbours)
  }
  const lines = found.serves ? [...found.lasting, ...found.passing] : found.lasting
  if (lines.length === 0) return
  throw new PlanewrightError('host', 'the cluster is not fit to have this control plane touched', {
    why: lines.join('\n'),
    remedy: 'Nothing was written on this host. Mend what is named, and run again.',
  })
}
