import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { connectSsh } from '../../src/connection/ssh.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

let sshd: Sshd
/** An sshd that offers only an ed25519 key. */
let modern: Sshd

beforeAll(async () => {
  ;[sshd, modern] = await Promise.all([
    startSshd(),
    startSshd({ config: ['HostKey /etc/ssh/ssh_host_ed25519_key'] }),
  ])
})

afterAll(async () => {
  await Promise.all([sshd.stop(), modern.stop()])
})

function keyOf(host: Sshd, type: string): string {
  return host.hostKeys.find((key) => key.startsWith(type)) ?? ''
}

function nameOf(host: Sshd): string {
  return `[${host.address}]:${host.port}`
}

async function connectKnowing(text: string, host: Sshd = sshd): Promise<string> {
  const knownHostsFile = join(host.folder, 'known_hosts.try')
  await writeFile(knownHostsFile, text)
  const connection = await connectSsh(host.target('root', { knownHostsFile }), { readyTimeoutMs: 60_000 })
  try {
    return (await connection.run('echo in', { timeoutMs: 10_000 })).stdout.toString()
  } finally {
    await connection.close()
  }
}

test.each(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa'])(
  'a host of which only the %s key is known',
  async (type) => {
    expect(await connectKnowing(`${nameOf(sshd)} ${keyOf(sshd, type)}\n`)).toBe('in\n')
  },
)

test('accepts names that ssh-keygen hashed', async () => {
  const lines = (await readFile(sshd.knownHostsFile, 'utf8')).trim()
  const { stdout } = await sshd.exec(
    `cat > /tmp/known <<'EOF'\n${lines}\nEOF\nssh-keygen -H -f /tmp/known >/dev/null 2>&1; cat /tmp/known`,
  )
  expect(stdout).toMatch(/^\|1\|/)
  expect(stdout).not.toContain(sshd.address)
  expect(await connectKnowing(stdout)).toBe('in\n')
})

test('accepts a wildcard', async () => {
  expect(await connectKnowing(`[${sshd.address.slice(0, -1)}*]:* ${keyOf(sshd, 'ssh-ed25519')}\n`)).toBe(
    'in\n',
  )
})

test('the error for an unknown host has the fingerprint that its own ssh-keygen shows', async () => {
  const { stdout } = await sshd.exec('ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub')
  const fingerprint = stdout.split(' ')[1] ?? ''
  expect(fingerprint).toMatch(/^SHA256:/)
  await expect(connectKnowing('')).rejects.toMatchObject({
    code: 'host-key',
    where: { host: 'sshd', file: join(sshd.folder, 'known_hosts.try') },
    why: `The host offers the ssh-ed25519 key ${fingerprint}.`,
    remedy: expect.stringContaining(`ssh-keyscan -p ${sshd.port} -t ed25519`) as string,
  })
})

test('without a known_hosts file every host is unknown', async () => {
  const target = sshd.target('root', { knownHostsFile: join(sshd.folder, 'nothing') })
  await expect(connectSsh(target, { readyTimeoutMs: 60_000 })).rejects.toMatchObject({ code: 'host-key' })
})

test('an entry is for one port', async () => {
  const lines = `${sshd.address} ${keyOf(sshd, 'ssh-ed25519')}\n[${sshd.address}]:2 ${keyOf(sshd, 'ssh-ed25519')}\n`
  await expect(connectKnowing(lines)).rejects.toMatchObject({ code: 'host-key' })
})

test('refuses another key under a known name', async () => {
  const line = `# comment\n${nameOf(sshd)} ${keyOf(modern, 'ssh-ed25519')}\n`
  await expect(connectKnowing(line)).rejects.toMatchObject({
    code: 'host-key',
    message: `THE HOST KEY OF ${nameOf(sshd)} HAS CHANGED`,
    where: { line: 2 },
  })
})

test('refuses a revoked key', async () => {
  const key = keyOf(sshd, 'ssh-ed25519')
  await expect(connectKnowing(`${nameOf(sshd)} ${key}\n@revoked * ${key}\n`)).rejects.toMatchObject({
    code: 'host-key',
    where: { line: 2 },
    why: expect.stringContaining('@revoked') as string,
  })
})

test('ignores @cert-authority lines, and the error says so', async () => {
  const line = `@cert-authority * ${keyOf(modern, 'ssh-ed25519')}\n`
  await expect(connectKnowing(line)).rejects.toMatchObject({
    code: 'host-key',
    why: expect.stringContaining('@cert-authority (line 1)') as string,
  })
})

test('refuses a host that no longer offers the known key', async () => {
  await expect(connectKnowing(`${nameOf(modern)} ${keyOf(sshd, 'ssh-rsa')}\n`, modern)).rejects.toMatchObject(
    {
      code: 'host-key',
      why: expect.stringContaining('ssh-rsa in line 1') as string,
    },
  )
})
