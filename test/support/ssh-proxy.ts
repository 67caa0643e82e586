import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Lab, LabHost } from '../lab/lab.ts'

/** A proxy in front of a node's sshd that a test can cut. */
export interface SshProxy extends AsyncDisposable {
  /** The lab's inventory, in which this node has the proxy's address. */
  readonly inventoryFile: string
  /** Closes all connections on both sides, and accepts no new ones. */
  readonly cut: () => void
  /** Stops passing data in both directions without closing anything, as if somebody pulled the cable. */
  readonly swallow: () => void
}

/** Writes a copy of the lab's inventory, key and known_hosts in which one host has the proxy's address. */
async function writeInventory(lab: Lab, address: string, port: number): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planewright-'))
  await cp(lab.privateKeyFile, path.join(folder, path.basename(lab.privateKeyFile)))
  const knownHosts = await readFile(lab.knownHostsFile, 'utf8')
  const own = knownHosts.split('\n').filter((line) => line.startsWith(`${address} `))
  const proxied = own.map((line) => line.replace(address, `[127.0.0.1]:${String(port)}`))
  await writeFile(
    path.join(folder, path.basename(lab.knownHostsFile)),
    `${knownHosts.trimEnd()}\n${proxied.join('\n')}\n`,
  )
  const inventory = await readFile(lab.inventoryFile, 'utf8')
  const line = new RegExp(`^( *)ansible_host: ${address.replaceAll('.', String.raw`\.`)}$`, 'm')
  if (!line.test(inventory)) throw new Error(`no host at ${address} in ${lab.inventoryFile}`)
  const inventoryFile = path.join(folder, 'hosts.yaml')
  await writeFile(
    inventoryFile,
    inventory.replace(line, `$1ansible_host: 127.0.0.1\n$1ansible_port: ${String(port)}`),
  )
  return inventoryFile
}

export async function startSshProxy(lab: Lab, node: LabHost): Promise<SshProxy> {
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => undefined)
  }
  const server = createServer({ noDelay: true }, (client) => {
    const sshd = connect({ host: node.address, port: 22, noDelay: true })
    keep(client)
    keep(sshd)
    client.pipe(sshd)
    sshd.pipe(client)
    client.once('close', () => sshd.destroy())
    sshd.once('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const inventoryFile = await writeInventory(lab, node.address, (server.address() as AddressInfo).port)
  const cut = () => {
    if (server.listening) server.close()
    for (const socket of open) socket.destroy()
  }
  return {
    inventoryFile,
    cut,
    swallow: () => {
      for (const socket of open) {
        socket.unpipe()
        socket.pause()
      }
      server.removeAllListeners('connection').on('connection', keep)
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      await rm(path.dirname(inventoryFile), { recursive: true })
    },
  }
}
