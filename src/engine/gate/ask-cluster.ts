import { readControlPlaneNodes, type ControlPlaneNode } from '../../apiserver/control-plane-nodes.ts'
import { openApiserver } from '../../apiserver/node-apiserver.ts'
import { readEtcdHealth } from '../../etcd/etcd.ts'
import { quorumTrouble } from '../../etcd/quorum.ts'
import { possibleNode } from '../cluster/possible-hosts.ts'
import { defaultSecurePort } from '../plan/compare-static-pod.ts'
import {
  namedHost,
  listensAt,
  presenceOf,
  readiness,
  servingTroubles,
  troublesOf,
  wordsOf,
  type ControlPlane,
  type Reachable,
  type Troubles,
} from '../cluster/control-plane.ts'
import { etcdClient } from '../cluster/etcd-client.ts'
import { firstAnswer } from '../cluster/first-answer.ts'
import { checksFor, found, type Disruption, type HealthCheck, type Finding } from './health-check.ts'
import { inspect, inspectPeer, type Inspected } from './inspect.ts'
import { matchHosts, type HostMatches } from '../cluster/match-hosts.ts'
import { isNodeOf } from '../cluster/unlisted.ts'

/** The hosts that are asked before a control plane changes. */
export interface Surroundings {
  /** The host that is about to change. */
  readonly next: ControlPlane
  /** The other control planes of its cluster that the run has surveyed. */
  readonly surveyed: readonly Reachable[]
  /** Other hosts of the inventory that may be control planes of this cluster. */
  readonly others: readonly Reachable[]
  /** The cluster's id; undefined for hosts without a CA. */
  readonly cluster: string | undefined
  readonly disruption: Disruption
  /** How many hosts are asked at once. */
  readonly forks: number
}

type Asked = ReturnType<typeof possibleNode>

/** The peers that answered, and why others did not. */
async function inspectPeers(peers: readonly Reachable[]) {
  const looks = await Promise.all(peers.map(inspectPeer))
  return {
    inspected: looks.flatMap((look) => ('host' in look ? [look] : [])),
    unseen: looks.flatMap((look) => ('host' in look ? [] : look)),
  }
}

/**
 * Asks etcd through the first apiserver that answers. If no apiserver runs, the change takes no etcd member
 * away either.
 */
async function etcdTroubles(hosts: readonly Inspected[]): Promise<Troubles> {
  if (hosts.every(({ apiserver }) => apiserver === undefined)) return []
  const health = await firstAnswer(hosts, 'it cannot be asked', async ({ host, reader }, apiserver) => {
    const { urls, identity } = await etcdClient(reader, apiserver)
    return readEtcdHealth(host.connection, urls, identity)
  })
  const trouble = quorumTrouble(health)
  return trouble === undefined ? [] : [trouble]
}

/** The control planes in the cluster's list of nodes, or why the list cannot be read. */
async function listNodes(hosts: readonly Inspected[]) {
  try {
    const list = async ({ host }: Inspected, apiserver: NonNullable<Inspected['apiserver']>) =>
      readControlPlaneNodes(await openApiserver(host.connection, listensAt(host, apiserver)))
    return { nodes: await firstAnswer(hosts, 'its control planes cannot be listed', list), unlisted: [] }
  } catch (thrown) {
    return { nodes: [], unlisted: [wordsOf(thrown)] }
  }
}

/** Hosts that are control planes, or may be, and that could not be asked. */
function unasked({
  matched,
  unmatched,
  unanswered,
}: HostMatches<ControlPlaneNode, Asked>): readonly Finding[] {
  const nodes = unmatched.map(({ name }) => name).join(' or ')
  return [
    ...matched
      .filter(({ identified }) => identified === undefined)
      .flatMap(({ possible, failure }) =>
        found('seen', possible.name, [`cannot be asked: ${wordsOf(failure)}`]),
      ),
    ...unanswered.flatMap(({ possible, failure }) =>
      found('seen', possible.name, [`cannot be asked whether it is ${nodes}: ${wordsOf(failure)}`]),
    ),
  ]
}

/**
 * If no host of the inventory is known to be this control plane, asks it from the host that is about to
 * change.
 */
async function askUnlisted(next: Inspected, node: ControlPlaneNode): Promise<readonly Finding[]> {
  const { name, internalAddress: address } = node
  if (address === undefined)
    return found('askable', name, ['its apiserver cannot be asked: the node has no InternalIP'])
  const port =
    next.apiserver === undefined ? Number(defaultSecurePort) : listensAt(next.host, next.apiserver).port
  const ask = async () => readiness(await openApiserver(next.host.connection, { address, port }))
  return found('ready', name, await troublesOf(ask))
}

/** Looks once at the host that is about to change and at the rest of its cluster, and finds what is wrong. */
export async function askCluster(asked: Surroundings): Promise<readonly Finding[]> {
  const [own, peers] = await Promise.all([inspect(asked.next), inspectPeers(asked.surveyed)])
  const seen = [own, ...peers.inspected]
  const { nodes, unlisted } = await listNodes(seen)
  // A peer that cannot be asked now is identified by its data in the inventory.
  const told = asked.surveyed.map(({ name, address }) => ({ name, addresses: [address] }))
  const known = [...seen.map(namedHost), ...told]
  const sought = nodes.filter((node) => !known.some((host) => isNodeOf(node, host)))
  const matches = await matchHosts(sought, asked.others.map(possibleNode), asked.cluster, asked.forks)
  const answering = matches.matched.filter(({ identified }) => identified !== undefined)
  const nearby = await inspectPeers(answering.map((answer) => answer.possible.host))
  const all = [...seen, ...nearby.inspected]

  const checks = checksFor(asked.disruption, await presenceOf(own))
  const checked = async (check: HealthCheck, ask: () => Promise<readonly (readonly Finding[])[]>) =>
    checks.has(check) ? (await ask()).flat() : []
  const ready = async (one: Inspected) => found('ready', one.host.name, await servingTroubles(one))
  const asking = await Promise.all([
    checked('quorum', async () => [found('quorum', 'etcd', await troublesOf(() => etcdTroubles(all)))]),
    checked('ready', () => Promise.all(all.filter((one) => one !== own).map(ready))),
    checked('ready', () => Promise.all(matches.unmatched.map((node) => askUnlisted(own, node)))),
  ])
  const findings = [
    ...all.flatMap((one) => one.findings),
    ...peers.unseen,
    ...nearby.unseen,
    ...unasked(matches),
    ...found('listed', 'the cluster', unlisted),
    ...asking.flat(),
  ]
  return findings.filter(({ check }) => checks.has(check))
}
