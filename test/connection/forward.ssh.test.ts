import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Connection } from '../../src/connection/connection.ts'
import { isConnectionRefused, isForwardingProhibited } from '../../src/connection/forwarding.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

let sshd: Sshd
let connection: Connection

beforeAll(async () => {
  sshd = await startSshd()
  await sshd.exec(
    'mkdir /srv/www; echo hello > /srv/www/index.html; busybox httpd -p 127.0.0.1:8080 -h /srv/www',
  )
  connection = await connectSsh(sshd.target('operator', { become: true }), { readyTimeoutMs: 60_000 })
})

afterAll(async () => {
  await connection.close()
  await sshd.stop()
})

test('a port that only the host itself can reach', async () => {
  const stream = await connection.forward('127.0.0.1', 8080)
  stream.write('GET / HTTP/1.0\r\n\r\n')
  expect(await text(stream)).toContain('hello')
})

test('HTTP over a forwarded stream, while scripts run', async () => {
  const script = connection.run('sleep 1; echo done', { timeoutMs: 10_000 })
  const stream = await connection.forward('127.0.0.1', 8080)
  const asked = request({ path: '/index.html', host: 'localhost', createConnection: () => stream })
  asked.end()
  const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream]
  expect(await text(answer)).toBe('hello\n')
  expect((await script).stdout.toString()).toBe('done\n')
})

test('a port where nothing listens', async () => {
  const error: unknown = await connection.forward('127.0.0.1', 1).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'host', why: expect.stringContaining('Connection refused') as string })
  expect(isForwardingProhibited(error)).toBe(false)
  expect(isConnectionRefused(error)).toBe(true)
})

test('an unreachable address is told apart from a port where nothing listens', async () => {
  const error: unknown = await connection.forward('255.255.255.255', 1).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'host' })
  expect(isConnectionRefused(error)).toBe(false)
})

test('an sshd that does not forward', async () => {
  await using strict = await startSshd({ config: ['AllowTcpForwarding no'] })
  const refused = await connectSsh(strict.target('root'), { readyTimeoutMs: 60_000 })
  const error: unknown = await refused.forward('127.0.0.1', 22).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    code: 'host',
    remedy: expect.stringContaining('AllowTcpForwarding') as string,
  })
  expect(isForwardingProhibited(error)).toBe(true)
  expect(isConnectionRefused(error)).toBe(false)
  expect((await refused.run('echo on', { timeoutMs: 10_000 })).stdout.toString()).toBe('on\n')
  await refused.close()
})

test('a forwarded stream ends with its connection', async () => {
  const other = await connectSsh(sshd.target('plain'), { readyTimeoutMs: 60_000 })
  const stream = await other.forward('127.0.0.1', 22)
  stream.resume()
  const closed = once(stream, 'close')
  await other.close()
  await closed
})
