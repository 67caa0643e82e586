import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Connections } from '../../../src/engine/session/connections.ts'
import { startSshd, type Sshd } from '../../support/sshd.ts'

const quick = { timeoutMs: 10_000 }

let sshd: Sshd

beforeAll(async () => {
  sshd = await startSshd({ name: 'cp1' })
})

afterAll(() => sshd.stop())

test('a connection is opened once, and again if it was lost', async () => {
  await using connections = new Connections()
  const target = sshd.target('root')
  const [first, same] = await Promise.all([connections.open(target), connections.open(target)])
  expect(same).toBe(first)
  expect(await connections.open(target)).toBe(first)
  await sshd.exec("pkill -9 -f '[s]shd: root'")
  await vi.waitUntil(() => first.isLost)
  const [second, other] = await Promise.all([connections.open(target), connections.open(target)])
  expect(second).not.toBe(first)
  expect(other).toBe(second)
  expect((await second.run('echo again', quick)).stdout.toString()).toBe('again\n')
})

test('a connection that was closed is not opened again after the end of a run', async () => {
  const connections = new Connections()
  const target = sshd.target('root')
  const first = await connections.open(target)
  await connections[Symbol.asyncDispose]()
  expect(first.isLost).toBe(false)
  expect(await connections.open(target)).toBe(first)
  await expect(first.run('true', quick)).rejects.toMatchObject({ code: 'unreachable' })
})

test('a host that could not be reached is tried again', async () => {
  await using connections = new Connections()
  // A port where nothing listens at first, and which later leads to the host.
  const server = createServer((client) => {
    const onward = connect({ host: sshd.address, port: sshd.port })
    client.pipe(onward).pipe(client)
    for (const socket of [client, onward]) socket.on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { readonly port: number }
  server.close()
  await once(server, 'close')
  const knownHostsFile = path.join(sshd.folder, 'known_hosts_of_proxy')
  const known = await readFile(sshd.knownHostsFile, 'utf8')
  await writeFile(knownHostsFile, known.replaceAll(`[${sshd.address}]:${sshd.port} `, `[127.0.0.1]:${port} `))
  const target = sshd.target('root', { address: '127.0.0.1', port, knownHostsFile })
  await expect(connections.open(target)).rejects.toMatchObject({ code: 'unreachable' })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const connection = await connections.open(target)
  expect((await connection.run('echo there', quick)).stdout.toString()).toBe('there\n')
  await connection.close()
  server.close()
})

test('a login that was refused is not tried again', async () => {
  await using connections = new Connections()
  const target = sshd.target('root', { knownHostsFile: '/dev/null' })
  const first = connections.open(target)
  await expect(first).rejects.toMatchObject({ code: 'host-key' })
  expect(connections.open(target)).toBe(first)
})
