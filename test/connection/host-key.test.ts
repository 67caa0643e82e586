import { expect, test } from 'vitest'

import { orderHostKeyAlgorithms, refuseHostKey } from '../../src/connection/host-key.ts'
import type { KnownHostEntry, KnownKey } from '../../src/connection/known-hosts.ts'

function blob(type: string, rest: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return Buffer.concat([length, Buffer.from(type + rest)])
}

function key(type: string, rest: string, line: number): KnownKey {
  return { type, blob: blob(type, rest), line }
}

function known(parts: Partial<KnownHostEntry>): KnownHostEntry {
  return { name: '[192.0.2.1]:2222', keys: [], revoked: [], authorities: [], ...parts }
}

const target = {
  name: 'cp1',
  address: '192.0.2.1',
  port: 2222,
  user: 'root',
  knownHostsFile: '/home/ops/known hosts',
  become: false,
}

const OFFERED = blob('ssh-ed25519', 'offered')

test.each<[types: string[], first: string[]]>([
  [[], ['ssh-ed25519', 'ecdsa-sha2-nistp256']],
  [['ssh-rsa'], ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']],
  [
    ['ssh-rsa', 'ecdsa-sha2-nistp256'],
    ['ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519'],
  ],
  [['sk-ssh-ed25519@openssh.com'], ['ssh-ed25519']],
])('with %j known, the server is asked for %j first', (types, first) => {
  const algorithms = orderHostKeyAlgorithms(known({ keys: types.map((type) => key(type, '', 1)) }))
  expect(algorithms.slice(0, first.length)).toEqual(first)
  expect(new Set(algorithms).size).toBe(6)
})

test('a known key is accepted, in whichever line it is', () => {
  const keys = [key('ssh-ed25519', 'older', 1), key('ssh-ed25519', 'offered', 2)]
  expect(refuseHostKey(target, known({ keys }), OFFERED)).toBeUndefined()
})

test('a revoked key is refused, though another line knows it', () => {
  const keys = [key('ssh-ed25519', 'offered', 1)]
  const revoked = [key('ssh-ed25519', 'offered', 7)]
  expect(refuseHostKey(target, known({ keys, revoked }), OFFERED)).toMatchObject({
    code: 'host-key',
    where: { host: 'cp1', file: '/home/ops/known hosts', line: 7 },
    message: '[192.0.2.1]:2222 offers a host key that is revoked in known_hosts',
  })
})

test('a changed key is an error with both fingerprints and the line', () => {
  const error = refuseHostKey(target, known({ keys: [key('ssh-ed25519', 'older', 4)] }), OFFERED)
  expect(error).toMatchObject({
    code: 'host-key',
    message: 'THE HOST KEY OF [192.0.2.1]:2222 HAS CHANGED',
    where: { host: 'cp1', file: '/home/ops/known hosts', line: 4 },
  })
  expect(error?.why?.match(/SHA256:[\w+/]{43}/g)).toHaveLength(2)
  expect(error?.remedy).toContain("ssh-keygen -f '/home/ops/known hosts' -R '[192.0.2.1]:2222'")
})

test('an unknown key is an error with its fingerprint, a way to add it, and a warning', () => {
  const error = refuseHostKey(target, known({}), OFFERED)
  expect(error).toMatchObject({ code: 'host-key', where: { host: 'cp1', file: '/home/ops/known hosts' } })
  expect(error?.why).toMatch(/^The host offers the ssh-ed25519 key SHA256:[\w+/]{43}\.$/)
  expect(error?.remedy).toContain("ssh-keyscan -p 2222 -t ed25519 '192.0.2.1' >> '/home/ops/known hosts'")
})

test('keys of another type and authorities explain why a key is unknown', () => {
  const keys = [key('ssh-rsa', '', 3)]
  const authorities = [key('ssh-ed25519', 'ca', 5)]
  const error = refuseHostKey(target, known({ keys, authorities }), OFFERED)
  expect(error?.message).toBe('the host key of [192.0.2.1]:2222 is not known')
  expect(error?.why).toContain('ssh-rsa in line 3')
  expect(error?.why).toContain('@cert-authority (line 5) is ignored')
})
