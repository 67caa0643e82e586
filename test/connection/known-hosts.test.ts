import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'

import { findKnownHost, keyType, knownHostsName } from '../../src/connection/known-hosts.ts'

/** A public key in wire format, as far as planewright reads it: its type and some more bytes. */
function key(type: string, rest: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return `${type} ${Buffer.concat([length, Buffer.from(type + rest)]).toString('base64')}`
}

const ED25519 = key('ssh-ed25519', 'one')
const RSA = key('ssh-rsa', 'two')

function hashed(name: string): string {
  const salt = Buffer.from('twenty bytes of salt')
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

describe('which lines speak of a host', () => {
  test.each<[hosts: string, address: string, port: number, found: boolean]>([
    ['cp1', 'cp1', 22, true],
    ['cp1', 'cp10', 22, false],
    ['CP1.Example', 'cp1.eXample', 22, true],
    ['cp1', 'cp1', 2222, false],
    ['[cp1]:2222', 'cp1', 2222, true],
    ['[cp1]:2222', 'cp1', 22, false],
    ['[cp1]:2222', 'cp1', 2223, false],
    ['cp2,cp1,10.0.0.1', 'cp1', 22, true],
    ['cp2,cp1,10.0.0.1', '10.0.0.1', 22, true],
    ['fd00::1', 'fd00::1', 22, true],
    ['[fd00::1]:2222', 'fd00::1', 2222, true],
    ['*.example', 'cp1.example', 22, true],
    ['*.example', 'cp1.example.org', 22, false],
    ['*.example', 'cp1xexample', 22, false],
    ['cp?', 'cp1', 22, true],
    ['cp?', 'cp12', 22, false],
    ['cp?', 'cp', 22, false],
    ['*', 'anything', 2222, true],
    ['[*.example]:2222', 'cp1.example', 2222, true],
    ['[*.example]:2222', '[.example', 22, false],
    ['*.example,!cp1.example', 'cp1.example', 22, false],
    ['*.example,!cp1.example', 'cp2.example', 22, true],
    ['!cp1.example,*.example', 'cp1.example', 22, false],
    ['!cp1', 'cp2', 22, false],
    [hashed('cp1'), 'cp1', 22, true],
    [hashed('cp1'), 'cp2', 22, false],
    [hashed('cp1'), 'cp1', 2222, false],
    [hashed('[cp1]:2222'), 'cp1', 2222, true],
    [hashed('cp1'), 'CP1', 22, true],
    ['|1|nothing', 'cp1', 22, false],
    [hashed('cp1').replace('|1|', '|2|'), 'cp1', 22, false],
    ['#cp1', '#cp1', 22, false],
  ])('%s for %s port %i: %s', (hosts, address, port, found) => {
    expect(findKnownHost(`${hosts} ${ED25519}\n`, address, port).keys).toHaveLength(found ? 1 : 0)
  })
})

test('lines are counted from 1, past comments, empty and broken lines', () => {
  const text = [
    '# a comment',
    '',
    `  cp1\t${ED25519}  a comment of the key`,
    'cp1 ssh-rsa',
    'cp1 ssh-rsa !!!not-base64',
    `cp1 ssh-rsa ${ED25519.split(' ')[1] ?? ''}`,
    `@unheard-of cp1 ${RSA}`,
    `cp1 ${RSA}\r`,
  ].join('\n')
  expect(findKnownHost(text, 'cp1', 22).keys.map(({ type, line }) => [type, line])).toEqual([
    ['ssh-ed25519', 3],
    ['ssh-rsa', 8],
  ])
})

test('lines with a marker make no key known', () => {
  const known = findKnownHost(`@revoked * ${ED25519}\n@cert-authority *.example ${RSA}\n`, 'cp1.example', 22)
  expect(known.keys).toEqual([])
  expect(known.revoked.map(({ type, line }) => [type, line])).toEqual([['ssh-ed25519', 1]])
  expect(known.authorities.map(({ type, line }) => [type, line])).toEqual([['ssh-rsa', 2]])
})

test('the name carries a port only if it is not 22', () => {
  expect([knownHostsName('CP1', 22), knownHostsName('CP1', 2222)]).toEqual(['cp1', '[cp1]:2222'])
})

test.each([
  [Buffer.alloc(0), ''],
  [Buffer.from([0, 0, 0]), ''],
  [Buffer.from([0, 0, 0, 2, 0x61, 0x62, 0x63]), 'ab'],
])('the type of %j is %j', (blob, type) => {
  expect(keyType(blob)).toBe(type)
})
