import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { connectSsh } from '../../src/connection/ssh.ts'
import type { ConnectionTarget } from '../../src/connection/target.ts'

let folder: string
let keyFile: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planewright-ssh-'))
  keyFile = join(folder, 'login')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(keyFile, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

function targetAt(port: number, changes: Partial<ConnectionTarget> = {}): ConnectionTarget {
  return {
    name: 'cp1',
    address: '127.0.0.1',
    port,
    user: 'root',
    privateKeyFile: keyFile,
    knownHostsFile: join(folder, 'known_hosts'),
    become: false,
    ...changes,
  }
}

/** A server that does this with every connection, and counts the connections. */
async function listen(talk: (socket: Socket) => void) {
  let connections = 0
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    talk(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

describe('hosts that do not answer as an sshd', () => {
  test('a closed port', async () => {
    let port: number
    {
      await using server = await listen(() => undefined)
      port = server.port
    }
    await expect(connectSsh(targetAt(port), { readyTimeoutMs: 5000 })).rejects.toMatchObject({
      code: 'unreachable',
      where: { host: 'cp1' },
      why: expect.stringContaining('ECONNREFUSED') as string,
      remedy: expect.stringContaining('ansible_port') as string,
    })
  })

  test('a name that does not resolve', async () => {
    const target = targetAt(22, { address: 'no-such-host.invalid' })
    await expect(connectSsh(target, { readyTimeoutMs: 20_000 })).rejects.toMatchObject({
      code: 'unreachable',
      remedy: expect.stringContaining('ansible_host') as string,
    })
  })

  test('a port that sends nothing is given up when the time is over', async () => {
    await using server = await listen(() => undefined)
    const started = performance.now()
    await expect(connectSsh(targetAt(server.port), { readyTimeoutMs: 300 })).rejects.toMatchObject({
      code: 'unreachable',
      why: expect.stringContaining('0.3 s') as string,
    })
    expect(performance.now() - started).toBeGreaterThanOrEqual(299)
  })

  test('a port that speaks another protocol than SSH', async () => {
    await using server = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    await expect(connectSsh(targetAt(server.port), { readyTimeoutMs: 20_000 })).rejects.toMatchObject({
      code: 'unreachable',
    })
  }, 20_000)

  test.each<[how: string, talk: (socket: Socket) => void]>([
    ['closes', (socket) => socket.end()],
    ['resets', (socket) => socket.resetAndDestroy()],
    ['says why it closes', (socket) => socket.end('Exceeded MaxStartups\r\n')],
  ])(
    'an sshd that %s at once is asked five times',
    async (_, talk) => {
      await using server = await listen(talk)
      await expect(connectSsh(targetAt(server.port), { readyTimeoutMs: 20_000 })).rejects.toMatchObject({
        code: 'unreachable',
        remedy: expect.stringContaining('MaxStartups') as string,
      })
      expect(server.connections()).toBe(5)
    },
    20_000,
  )

  test('the waits between two attempts count towards the timeout', async () => {
    await using server = await listen((socket) => socket.end())
    await expect(connectSsh(targetAt(server.port), { readyTimeoutMs: 50 })).rejects.toMatchObject({
      message: 'no shell on 127.0.0.1 is ready in time',
    })
  })
})

describe('keys that cannot be used are an error before a packet is sent', () => {
  test.each<[what: string, content: string | undefined, mode: number, why: RegExp, remedy: RegExp]>([
    ['no file', undefined, 0, /there is no such file/, /ansible_ssh_private_key_file/],
    ['no key', 'hello', 0o600, /Unsupported key format/, /ansible_ssh_private_key_file/],
    ['open to the group', 'hello', 0o640, /0640 are too open/, /chmod 600 /],
  ])('%s', async (what, content, mode, why, remedy) => {
    const privateKeyFile = join(folder, what)
    if (content !== undefined) {
      await writeFile(privateKeyFile, content)
      await chmod(privateKeyFile, mode)
    }
    await using server = await listen(() => undefined)
    const target = targetAt(server.port, { privateKeyFile })
    await expect(connectSsh(target, { readyTimeoutMs: 5000 })).rejects.toMatchObject({
      code: 'authentication',
      where: { host: 'cp1', file: privateKeyFile },
      why: expect.stringMatching(why) as string,
      remedy: expect.stringMatching(remedy) as string,
    })
    expect(server.connections()).toBe(0)
  })

  test('no agent and no key of the user’s own', async () => {
    const target: ConnectionTarget = targetAt(22)
    Reflect.deleteProperty(target, 'privateKeyFile')
    const keySources = { agentSocket: join(folder, 'no-agent'), identityFolder: folder }
    await expect(connectSsh(target, { readyTimeoutMs: 5000, keySources })).rejects.toMatchObject({
      code: 'authentication',
      why: 'No SSH agent offers a key, and ~/.ssh has no key file.',
    })
  })
})
