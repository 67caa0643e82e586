import { expect, test } from 'vitest'
import { etcdAddress } from '../../src/etcd/etcd-address.ts'
import { quorumTrouble, type MemberHealth } from '../../src/etcd/quorum.ts'

/** Reads members, one for each letter: `h` healthy, `i` unhealthy, `l` a healthy learner, `L` an unhealthy one. */
function members(letters: string): readonly MemberHealth[] {
  return Array.from(letters).map((letter, index) => ({
    member: { name: `cp${index + 1}`, clientURLs: [], peerURLs: [], isLearner: letter.toLowerCase() === 'l' },
    trouble: letter === 'i' || letter === 'L' ? 'it is away' : undefined,
  }))
}

test.each([
  ['h', true],
  ['i', false],
  ['hh', true],
  ['hi', false],
  ['hhh', true],
  ['hhi', false],
  ['hii', false],
  ['hhhh', true],
  ['hhhi', false],
  ['hhhhh', true],
  ['hhhhi', true],
  ['hhhii', false],
  ['hhhl', true],
  ['hhhL', true],
  ['hhil', false],
  ['l', false],
  ['', false],
])('of the members %s one more can be spared: %s', (letters, fit) => {
  expect(quorumTrouble(members(letters)) === undefined).toBe(fit)
})

test('the error names the missing members, and how many are needed', () => {
  expect(quorumTrouble(members('hih'))).toBe(
    'etcd has 2 of 3 members, and needs 2 after the loss of one more (cp2: it is away)',
  )
})

test.each([
  ['https://127.0.0.1:2379', { scheme: 'https', address: '127.0.0.1', port: 2379 }],
  ['https://[fd00::1]:12379', { scheme: 'https', address: 'fd00::1', port: 12379 }],
  ['https://[fd00::1]', { scheme: 'https', address: 'fd00::1', port: 2379 }],
  ['https://etcd.example', { scheme: 'https', address: 'etcd.example', port: 2379 }],
  ['https://etcd.example:443/', { scheme: 'https', address: 'etcd.example', port: 443 }],
  ['http://127.0.0.1:2379', { scheme: 'http', address: '127.0.0.1', port: 2379 }],
])('%s leads to an address', (url, address) => {
  expect(etcdAddress(url)).toEqual(address)
})

test.each(['unix:///run/etcd', 'etcd.example:2379', ''])('%s is refused', (url) => {
  expect(() => etcdAddress(url)).toThrow(expect.objectContaining({ code: 'host' }))
})
