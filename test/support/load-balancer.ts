import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { apiAddress } from '../lab/cluster.ts'
import type { Lab } from '../lab/lab.ts'

/** One address for all control planes, as a TCP load balancer provides it. */
export interface LoadBalancer extends AsyncDisposable {
  /** A port at 127.0.0.1, an address that the apiservers' certificates contain. */
  readonly port: number
  /** How many connections each node has accepted, by the node's name. */
  readonly taken: ReadonlyMap<string, number>
}

interface Backend {
  readonly name: string
  readonly host: string
  readonly port: number
}

async function backends(lab: Lab): Promise<readonly Backend[]> {
  return Promise.all(
    lab.hosts.map(async (node) => {
      const [host = '', port] = (await apiAddress(node)).split(':')
      return { name: node.name, host, port: Number(port) }
    }),
  )
}

/** Connects to the first backend that accepts. Undefined if none does. */
async function connectFirst(candidates: readonly Backend[]): Promise<[Backend, Socket] | undefined> {
  for (const backend of candidates) {
    const socket = connect({ host: backend.host, port: backend.port, noDelay: true })
    try {
      await once(socket, 'connect')
      return [backend, socket]
    } catch {
      socket.destroy()
    }
  }
  return undefined
}

/** A connection that closes on one side closes on the other at once. Otherwise the balancer would hide it from the test. */
function join(one: Socket, other: Socket): void {
  one.pipe(other)
  other.pipe(one)
  one.once('close', () => other.destroy())
  other.once('close', () => one.destroy())
}

/**
 * Starts a load balancer, as the lab has none. It gives connections to the nodes in turns, and skips a node that refuses
 * one. It does not ask /readyz, so a client may reach a node that is not ready yet. This is harder for clients than a
 * balancer with health checks.
 */
export async function startLoadBalancer(lab: Lab): Promise<LoadBalancer> {
  const nodes = await backends(lab)
  const taken = new Map(nodes.map((node) => [node.name, 0]))
  const open = new Set<Socket>()
  let turn = 0
  const serve = async (client: Socket): Promise<void> => {
    const start = turn % nodes.length
    turn += 1
    const found = await connectFirst([...nodes.slice(start), ...nodes.slice(0, start)])
    if (found === undefined || client.destroyed) {
      client.destroy()
      found?.[1].destroy()
      return
    }
    const [{ name }, socket] = found
    taken.set(name, (taken.get(name) ?? 0) + 1)
    // Node emits `close` after every error, and join() handles that.
    socket.on('error', () => undefined)
    join(client, socket)
  }
  const server = createServer({ noDelay: true }, (client) => {
    open.add(client)
    client.once('close', () => open.delete(client))
    client.on('error', () => undefined)
    void serve(client)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    taken,
    [Symbol.asyncDispose]: async () => {
      server.close()
      for (const client of open) client.destroy()
      await once(server, 'close')
    },
  }
}
