import { afterAll, beforeAll, expect, test } from 'vitest'

import { connectSsh } from '../../src/connection/ssh.ts'
import type { ConnectionTarget } from '../../src/connection/target.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

let sshd: Sshd

beforeAll(async () => {
  sshd = await startSshd()
})

afterAll(async () => {
  await sshd.stop()
})

async function output(target: ConnectionTarget, script: string): Promise<string> {
  const connection = await connectSsh(target, { readyTimeoutMs: 60_000 })
  try {
    const { stdout } = await connection.run(script, { timeoutMs: 10_000 })
    return stdout.toString()
  } finally {
    await connection.close()
  }
}

test.each([
  ['root', false, '0'],
  ['root', true, '0'],
  ['operator', true, '0'],
  ['operator', false, '1000'],
  ['plain', false, '1001'],
] as const)('%s with become %s has uid %s', async (user, become, uid) => {
  expect(await output(sshd.target(user, { become }), 'id -u')).toBe(`${uid}\n`)
})

test.each(['plain', 'stranger'] as const)('%s is refused in sudo’s own words', async (user) => {
  await expect(output(sshd.target(user, { become: true }), 'true')).rejects.toMatchObject({
    code: 'become',
    where: { host: 'sshd' },
    message: `${user} cannot become root by sudo on ${sshd.address}`,
    why: 'sudo: a password is required',
    remedy: expect.stringContaining(`${user} ALL=(ALL) NOPASSWD: ALL`) as string,
  })
})

test('a sudo that wants a terminal', async () => {
  await sshd.exec("echo 'Defaults:operator requiretty' > /etc/sudoers.d/tty")
  try {
    await expect(output(sshd.target('operator', { become: true }), 'true')).rejects.toMatchObject({
      code: 'become',
      why: expect.stringContaining('tty') as string,
      remedy: expect.stringContaining('Defaults:operator !requiretty') as string,
    })
  } finally {
    await sshd.exec('rm /etc/sudoers.d/tty')
  }
})

test('a sudo with use_pty does not change the output', async () => {
  await sshd.exec("echo 'Defaults use_pty' > /etc/sudoers.d/pty")
  try {
    expect(await output(sshd.target('operator', { become: true }), String.raw`printf 'a\nb\r\n\004'`)).toBe(
      'a\nb\r\n\x04',
    )
  } finally {
    await sshd.exec('rm /etc/sudoers.d/pty')
  }
})

test('a host without sudo', async () => {
  await using poor = await startSshd()
  await poor.exec('rm $(command -v sudo)')
  expect(await output(poor.target('root', { become: true }), 'id -u')).toBe('0\n')
  await expect(output(poor.target('operator', { become: true }), 'true')).rejects.toMatchObject({
    code: 'become',
    why: expect.stringContaining('not found') as string,
    remedy: expect.stringContaining('Install sudo') as string,
  })
})

test('the output of a user’s profile is not taken for a script’s', async () => {
  await sshd.exec(
    "printf 'echo Welcome; echo to >&2; head -c 300000 /dev/urandom; set -v\\n' | " +
      'tee /home/operator/.bashrc > /root/.bashrc; echo Banner > /etc/motd',
  )
  try {
    const connection = await connectSsh(sshd.target('operator', { become: true }), { readyTimeoutMs: 60_000 })
    const result = await connection.run('echo out; echo err >&2', { timeoutMs: 10_000 })
    await connection.close()
    expect(result).toEqual({ code: 0, stdout: Buffer.from('out\n'), stderr: Buffer.from('err\n') })
  } finally {
    await sshd.exec('rm /home/operator/.bashrc /root/.bashrc')
  }
})

test('a locale that the host does not have', async () => {
  await sshd.exec("printf 'LC_ALL=xx_YY.nonsense\\nLANG=de_DE.UTF-8\\n' > /etc/default/locale")
  try {
    const connection = await connectSsh(sshd.target('operator', { become: true }), { readyTimeoutMs: 60_000 })
    const result = await connection.run('bash -c "echo $LC_ALL"', { timeoutMs: 10_000 })
    await connection.close()
    expect(result).toEqual({ code: 0, stdout: Buffer.from('C\n'), stderr: Buffer.alloc(0) })
  } finally {
    await sshd.exec('rm /etc/default/locale')
  }
})

test('a user without a login shell', async () => {
  await sshd.exec('usermod -s /usr/sbin/nologin stranger')
  await expect(output(sshd.target('stranger'), 'true')).rejects.toMatchObject({
    code: 'unreachable',
    message: `stranger gets no shell on ${sshd.address}`,
    why: expect.stringContaining('not available') as string,
  })
})

test('a sudo that takes too long is given up when the time is over', async () => {
  await using slow = await startSshd()
  await slow.exec('printf "#!/bin/sh\\nsleep 60\\n" > /usr/local/bin/sudo; chmod +x /usr/local/bin/sudo')
  await expect(
    connectSsh(slow.target('operator', { become: true }), { readyTimeoutMs: 4000 }),
  ).rejects.toMatchObject({ code: 'unreachable', message: `no shell on ${slow.address} is ready in time` })
})
