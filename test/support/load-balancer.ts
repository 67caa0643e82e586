import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { apiAddress } from '../lab/cluster.ts'
import type { Lab } from '../lab/lab.ts'

/** One address for all control planes, as a load balancer on TCP gives it. */
export interface LoadBalancer extends AsyncDisposable {
  /** On this machine's loopback, which is in the apiservers' certificates. */
  readonly port: number
  /** How many connections each node has taken, by its name. */
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

/** A connection to the first one that takes it; undefined where none does. */
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

/** What ends on one side ends on the other, at once: a balancer that hides a cut would be the one that is tested. */
function join(one: Socket, other: Socket): void {
  one.pipe(other)
  other.pipe(one)
  one.once('close', () => other.destroy())
  other.once('close', () => one.destroy())
}

/**
 * The lab has no load balancer of its own. This one gives connections to the nodes in turns, and asks no /readyz: a
 * node that refuses a connection is passed over, one that takes it before it is ready is not. Clients have it
 * harder than behind a balancer that checks.
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
    // An error is always followed by a close.
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
