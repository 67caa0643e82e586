import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { connectSsh } from '../../src/connection/ssh.ts'
import type { ConnectionTarget } from '../../src/connection/target.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

let sshd: Sshd
let agent: ChildProcess
let agentSocket: string
/** An empty folder, as the home of a user without keys. */
let nothing: string

beforeAll(async () => {
  sshd = await startSshd()
  agentSocket = join(sshd.folder, 'agent')
  nothing = join(sshd.folder, 'nothing')
  await mkdir(nothing)
  agent = spawn('ssh-agent', ['-D', '-a', agentSocket], { stdio: ['ignore', 'pipe', 'inherit'] })
  if (agent.stdout !== null) await once(agent.stdout, 'data')
})

afterAll(async () => {
  agent.kill()
  await sshd.stop()
})

/** Makes a key pair with ssh-keygen and copies its files. `allowed` adds the key to authorized_keys. */
async function makeKey(name: string, options: { passphrase?: string; allowed?: boolean; type?: string }) {
  const { passphrase = '', allowed = false, type = 'ed25519' } = options
  const allow = allowed ? `cat /tmp/${name}.pub >> /root/.ssh/authorized_keys;` : ''
  const { stdout } = await sshd.exec(
    `mkdir -p /tmp/own; rm -f /tmp/${name}; ssh-keygen -q -t ${type} -N '${passphrase}' -f /tmp/${name} >&2; ${allow} cat /tmp/${name}`,
  )
  const file = join(sshd.folder, name)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, stdout, { mode: 0o600 })
  return file
}

/** Adds keys to the agent, and gives ssh-add the passphrase as their owner would at the prompt. */
async function addToAgent(...files: string[]): Promise<void> {
  await promisify(execFile)('ssh-add', files, { env: { ...process.env, SSH_AUTH_SOCK: agentSocket } })
}

async function emptyAgent(): Promise<void> {
  await addToAgent('-D')
}

async function logIn(
  target: ConnectionTarget,
  sources: { agentSocket?: string; identityFolder?: string } = {},
) {
  const keySources = { agentSocket: sources.agentSocket, identityFolder: sources.identityFolder ?? nothing }
  const connection = await connectSsh(target, { readyTimeoutMs: 60_000, keySources })
  await connection.close()
}

function withoutKey(): ConnectionTarget {
  const target = sshd.target('root')
  Reflect.deleteProperty(target, 'privateKeyFile')
  return target
}

test.each(['ed25519', 'ecdsa', 'rsa'])('a key of type %s', async (type) => {
  const privateKeyFile = await makeKey(`type-${type}`, { type, allowed: true })
  await logIn(sshd.target('root', { privateKeyFile }))
})

test('a key that the host does not accept', async () => {
  const privateKeyFile = await makeKey('wrong', {})
  await expect(logIn(sshd.target('root', { privateKeyFile }))).rejects.toMatchObject({
    code: 'authentication',
    message: `${sshd.address} refuses every key for root`,
    why: expect.stringMatching(/^Offered: .*\/wrong \(SHA256:.*\)\. sshd accepts: .*publickey/) as string,
    remedy: expect.stringContaining('authorized_keys') as string,
  })
})

test('the named key is the only one that is offered', async () => {
  const privateKeyFile = await makeKey('wrong-again', {})
  await addToAgent(sshd.privateKeyFile)
  await expect(logIn(sshd.target('root', { privateKeyFile }), { agentSocket })).rejects.toMatchObject({
    code: 'authentication',
  })
})

test('a user that does not exist', async () => {
  await expect(logIn({ ...sshd.target('root'), user: 'nobody-here' })).rejects.toMatchObject({
    code: 'authentication',
  })
})

test('a key with a passphrase needs an agent', async () => {
  const privateKeyFile = await makeKey('locked', { passphrase: 'secret', allowed: true })
  const target = sshd.target('root', { privateKeyFile })
  await emptyAgent()
  await expect(logIn(target)).rejects.toMatchObject({
    code: 'authentication',
    where: { file: privateKeyFile },
    why: 'There is no SSH agent that could use it.',
    remedy: expect.stringContaining('ssh-add') as string,
  })
  await expect(logIn(target, { agentSocket })).rejects.toMatchObject({
    why: 'The SSH agent does not have this key.',
  })

  const open = await makeKey('opened', { allowed: false })
  const { stdout } = await sshd.exec("ssh-keygen -q -p -P secret -N '' -f /tmp/locked >&2; cat /tmp/locked")
  await writeFile(open, stdout)
  await addToAgent(open)
  await logIn(target, { agentSocket })
})

test('a key of the agent', async () => {
  await emptyAgent()
  await addToAgent(sshd.privateKeyFile)
  await logIn(withoutKey(), { agentSocket })
})

test('uses the user’s own key if nothing listens at the agent’s socket', async () => {
  const file = await makeKey('own/id_ed25519', { allowed: true }).catch(() => '')
  expect(file).not.toBe('')
  await logIn(withoutKey(), { agentSocket: join(sshd.folder, 'dead'), identityFolder: join(file, '..') })
})

test('uses the user’s own key if the agent never answers', async () => {
  const file = await makeKey('own/id_ed25519', { allowed: true })
  const silent = createServer((socket) => socket.on('error', () => undefined))
  await once(silent.listen(join(sshd.folder, 'silent')), 'listening')
  try {
    await logIn(withoutKey(), { agentSocket: join(sshd.folder, 'silent'), identityFolder: join(file, '..') })
  } finally {
    silent.close()
  }
})

test('an agent with more keys than sshd’s MaxAuthTries', async () => {
  await emptyAgent()
  const names = Array.from({ length: 7 }, (_, index) => `many-${index}`)
  const files = await Promise.all(names.map((name) => makeKey(name, {})))
  await addToAgent(...files)
  await expect(logIn(withoutKey(), { agentSocket })).rejects.toMatchObject({
    code: 'authentication',
    remedy: expect.stringContaining('MaxAuthTries') as string,
  })
})
