import { readControlPlaneNodes } from '../apiserver/control-plane-nodes.ts'
import { openApiserver } from '../apiserver/node-apiserver.ts'
import type { Connection } from '../connection/connection.ts'
import { readEtcdMembers } from '../etcd/etcd.ts'
import { readHost } from '../host/host-reader.ts'
import { listensAt } from './control-plane.ts'
import { etcdClient } from './etcd-client.ts'
import type { ClusterPlan } from './host-plan.ts'
import type { Plan } from './plan.ts'
import type { Session } from './session.ts'
import { strangersOf, type KnownHost, type Stranger } from './stranger.ts'

/** Where a host can be reached, by its name in the inventory. */
interface Reachable {
  readonly name: string
  readonly address: string
  readonly connect: () => Promise<Connection>
}

/** Undefined for what cannot be asked: then nothing is known by it, and nothing is wrong with that here. */
async function ifAnswered<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action()
  } catch {
    return undefined
  }
}

async function readApiserver({ name, address, connect }: Reachable) {
  const connection = await connect()
  const reader = readHost(connection)
  const { processes } = await reader.processes('kube-apiserver', [])
  const process = processes.at(-1)
  if (process === undefined) return undefined
  return { connection, reader, process, at: listensAt({ name, address, connection }, process) }
}

/** A host, with the address that its own apiserver tells its cluster. */
async function learn(host: Reachable): Promise<KnownHost> {
  const apiserver = await ifAnswered(() => readApiserver(host))
  const own = apiserver === undefined ? [] : [apiserver.at.address]
  return { name: host.name, addresses: [...new Set([host.address, ...own])] }
}

async function ofCluster(session: Session, { cluster, hosts }: ClusterPlan): Promise<readonly Stranger[]> {
  if (cluster === undefined) return []
  const reachable = session.hosts
    .filter(({ host }) => hosts.some((one) => one.host === host.name))
    .map(({ host, target }) => ({
      name: host.name,
      address: target.address,
      connect: () => session.connections.open(target),
    }))
  const known = await Promise.all(reachable.map(learn))
  for (const host of reachable) {
    const asked = await ifAnswered(async () => {
      const apiserver = await readApiserver(host)
      if (apiserver === undefined) return undefined
      const { connection, reader, process, at } = apiserver
      const members = async () => {
        const { urls, identity } = await etcdClient(reader, process)
        return readEtcdMembers(connection, urls, identity)
      }
      return {
        nodes: await readControlPlaneNodes(await openApiserver(connection, at)),
        members: (await ifAnswered(members)) ?? [],
      }
    })
    if (asked === undefined) continue
    const { nodes, members } = asked
    // Hosts that the limit leaves out are only looked at where something is left that they may be.
    const near = session.neighbours.map(({ name, address }) => ({ name, addresses: [address] }))
    const strangers = strangersOf(cluster, nodes, members, [...known, ...near])
    if (strangers.length === 0 || near.length === 0) return strangers
    const learnt = await Promise.all(
      session.neighbours.map((target) =>
        learn({
          name: target.name,
          address: target.address,
          connect: () => session.connections.open(target),
        }),
      ),
    )
    return strangersOf(cluster, nodes, members, [...known, ...learnt])
  }
  return []
}

/**
 * Asks each cluster for control planes that the inventory lacks: nodes with the label of control planes, and members of
 * etcd where it runs on them. A cluster of which no apiserver answers knows none.
 */
export async function findStrangers(session: Session, { clusters }: Plan): Promise<readonly Stranger[]> {
  const found = await Promise.all(clusters.map((cluster) => ofCluster(session, cluster)))
  return found.flat()
}
