import { afterAll, beforeAll, expect, test } from 'vitest'

import { connectSsh } from '../../src/connection/ssh.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

let sshd: Sshd

beforeAll(async () => {
  sshd = await startSshd()
})

afterAll(async () => {
  await sshd.stop()
})

function connect(host = sshd) {
  return connectSsh(host.target('operator', { become: true }), { readyTimeoutMs: 60_000 })
}

/** Waits until a condition holds on the host. */
async function until(condition: string, host = sshd): Promise<void> {
  expect(
    await host.exec(`for i in $(seq 300); do ${condition} && exit 0; sleep 0.1; done; exit 1`),
  ).toMatchObject({
    code: 0,
  })
}

test('a connection that breaks during a command rejects it and all commands that wait', async () => {
  const connection = await connect()
  const running = connection.run('touch /tmp/running; echo half; sleep 60', { timeoutMs: 120_000 })
  const waiting = connection.run('echo next', { timeoutMs: 120_000 })
  const both = Promise.allSettled([running, waiting])
  await until('test -e /tmp/running')
  await sshd.exec("pkill -9 -f '[s]shd: operator'")
  const lost = { status: 'rejected', reason: { code: 'unreachable', where: { host: 'sshd' } } }
  expect(await both).toMatchObject([lost, lost])
  await expect(connection.run('true', { timeoutMs: 1000 })).rejects.toMatchObject({ code: 'unreachable' })
  await expect(connection.forward('127.0.0.1', 22)).rejects.toMatchObject({ code: 'unreachable' })
  expect(connection.roundTrips).toBe(1)
  await connection.close()
})

test('a connection that breaks between two commands rejects the next command', async () => {
  const connection = await connect()
  await connection.run('true', { timeoutMs: 10_000 })
  await sshd.exec("pkill -9 -f '[s]shd: operator'")
  await until("! pgrep -f '[s]shd: operator'")
  await expect(connection.run('true', { timeoutMs: 10_000 })).rejects.toMatchObject({ code: 'unreachable' })
})

test('a host that is killed rejects the running command', async () => {
  await using mortal = await startSshd()
  const connection = await connect(mortal)
  const running = connection.run('touch /tmp/running; sleep 60', { timeoutMs: 120_000 })
  const settled = expect(running).rejects.toMatchObject({ code: 'unreachable' })
  await until('test -e /tmp/running', mortal)
  await mortal.kill()
  await settled
})

test('a host that stops answering is given up after four keepalive questions in 20 s', async () => {
  await using silent = await startSshd()
  const connection = await connect(silent)
  const running = connection.run('touch /tmp/running; sleep 600', { timeoutMs: 600_000 })
  const settled = expect(running).rejects.toMatchObject({
    code: 'unreachable',
    message: `the connection to ${silent.address} was lost`,
    why: 'Keepalive timeout',
  })
  await until('test -e /tmp/running', silent)
  await silent.pause()
  const started = performance.now()
  await settled
  const seconds = (performance.now() - started) / 1000
  await silent.unpause()
  expect(seconds).toBeGreaterThan(10)
  expect(seconds).toBeLessThan(30)
})

test('a command that takes too long ends the connection, and says that its outcome is unknown', async () => {
  const connection = await connect()
  const late = connection.run('sleep 600', { timeoutMs: 500 })
  const waiting = connection.run('echo next', { timeoutMs: 10_000 })
  const both = Promise.allSettled([late, waiting])
  const lost = {
    status: 'rejected',
    reason: { code: 'unreachable', why: expect.stringContaining('its result is unknown') as string },
  }
  expect(await both).toMatchObject([lost, lost])
  await until("! pgrep -f '[s]shd: operator'")
})

test('the timeout of a script begins when the script is sent', async () => {
  const connection = await connect()
  const first = connection.run('sleep 2', { timeoutMs: 10_000 })
  const second = connection.run('echo mine', { timeoutMs: 1900 })
  await first
  expect((await second).stdout.toString()).toBe('mine\n')
  await connection.close()
})

test('a shell that is killed rejects its command, even if a process still holds its pipes', async () => {
  const connection = await connect()
  await expect(connection.run('kill -9 $$; sleep 60', { timeoutMs: 50_000 })).rejects.toMatchObject({
    code: 'unreachable',
    message: `the shell on ${sshd.address} ended`,
  })
})

test('closing rejects a running command', async () => {
  const connection = await connect()
  const running = connection.run('sleep 60', { timeoutMs: 120_000 })
  const settled = expect(running).rejects.toMatchObject({ code: 'unreachable' })
  await Promise.all([connection.close(), connection.close()])
  await settled
  await connection.close()
})
