import { PassThrough, type Duplex } from 'node:stream'
import { expect, test, vi } from 'vitest'
import { forwardWithin } from '../../src/connection/forward-within.ts'
import { isConnectionRefused, isForwardingProhibited } from '../../src/connection/forwarding.ts'
import { PlanewrightError } from '../../src/error.ts'

const target = {
  name: 'cp1',
  address: '192.0.2.1',
  port: 22,
  user: 'root',
  knownHostsFile: '/dev/null',
  become: false,
}

/** A host whose answer the test gives by hand. */
function waiting() {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>()
  return { connection: { target, forward: () => promise }, resolve, reject }
}

test('a stream that comes in time', async () => {
  const { connection, resolve } = waiting()
  const stream = new PassThrough()
  resolve(stream)
  expect(await forwardWithin(connection, '192.0.2.2', 6443, 10_000)).toBe(stream)
  expect(stream.destroyed).toBe(false)
})

test('a stream that comes late is not awaited, and is destroyed', async () => {
  const { connection, resolve } = waiting()
  await expect(forwardWithin(connection, '192.0.2.2', 6443, 50)).rejects.toMatchObject({
    code: 'host',
    message: 'port 6443 of 192.0.2.2 cannot be reached through 192.0.2.1',
    why: 'no answer within 0.05 s',
    where: { host: 'cp1' },
  })
  const stream = new PassThrough()
  resolve(stream)
  await vi.waitUntil(() => stream.destroyed)
})

test('a refusal that comes late is ignored', async () => {
  const { connection, reject } = waiting()
  const error: unknown = await forwardWithin(connection, '192.0.2.2', 6443, 50).catch(
    (thrown: unknown) => thrown,
  )
  expect(isForwardingProhibited(error)).toBe(false)
  expect(isConnectionRefused(error)).toBe(false)
  reject(new Error('late'))
})

test('a refusal in time is passed on as it is', async () => {
  const { connection, reject } = waiting()
  const refusal = new PlanewrightError('host', 'no')
  reject(refusal)
  await expect(forwardWithin(connection, '192.0.2.2', 6443, 10_000)).rejects.toBe(refusal)
})
