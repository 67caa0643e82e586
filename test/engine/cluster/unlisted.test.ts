import { expect, test } from 'vitest'
import type { ControlPlaneNode } from '../../../src/apiserver/control-plane-nodes.ts'
import { unlistedOf, unlistedLine, type NamedHost } from '../../../src/engine/cluster/unlisted.ts'
import type { EtcdMember } from '../../../src/etcd/quorum.ts'

/** Reads `name@address`, or `name` alone. */
function split(text: string): readonly [string, string | undefined] {
  const [name = '', address] = text.split('@')
  return [name, address]
}

function node(text: string): ControlPlaneNode {
  const [name, address] = split(text)
  return { name, addresses: address === undefined ? [name] : [address, name], internalAddress: address }
}

function member(text: string): EtcdMember {
  const [name, address] = split(text)
  const urls = (port: number) => (address === undefined ? [] : [`https://${address}:${port}`])
  return { name, clientURLs: urls(2379), peerURLs: urls(2380), isLearner: false }
}

function host(text: string): NamedHost {
  const [name, address] = split(text)
  return { name, addresses: address === undefined ? [] : [address] }
}

const cluster = 'c0ffee'

test.each<[string, string[], string[], string[], string[]]>([
  ['all known by name', ['a', 'b'], ['a@1.0.0.1', 'b@1.0.0.2'], ['a', 'b'], []],
  ['all known by address', ['a@1.0.0.1'], ['a@1.0.0.1'], ['one@1.0.0.1'], []],
  ['a host named by its address', ['a@1.0.0.1'], [], ['1.0.0.1@1.0.0.1'], []],
  ['a host whose ssh address is another', ['a@1.0.0.1'], [], ['a@127.0.0.1'], []],
  ['one that both name', ['a', 'b@1.0.0.2'], ['a@1.0.0.1', 'b@1.0.0.2'], ['a'], ['b node,etcd']],
  ['one that both name, by address alone', ['b@1.0.0.2'], ['other@1.0.0.2'], ['a'], ['b node,etcd']],
  ['a node whose etcd is elsewhere', ['a', 'b'], ['a@1.0.0.1'], ['a'], ['b node']],
  [
    'a member that is no node: left behind by one that is gone',
    ['a'],
    ['a@1.0.0.1', 'gone@1.0.0.9'],
    ['a'],
    ['gone etcd'],
  ],
  ['a member that was added and has not started', ['a'], ['a@1.0.0.1', '@1.0.0.9'], ['a'], ['1.0.0.9 etcd']],
  ['external etcd', ['a', 'b'], ['etcd1@2.0.0.1', 'etcd2@2.0.0.2'], ['a', 'b'], []],
  ['external etcd, and a node that is strange', ['a', 'b'], ['etcd1@2.0.0.1'], ['a'], ['b node']],
  ['no nodes can be told: only etcd', [], ['a@1.0.0.1', 'b@1.0.0.2'], ['a'], ['b etcd']],
  ['nothing is known', [], [], ['a'], []],
])('%s', (_, nodes, members, hosts, expected) => {
  const found = unlistedOf(cluster, nodes.map(node), members.map(member), hosts.map(host))
  expect(found.map(({ name, knownBy }) => `${name} ${knownBy.join(',')}`)).toEqual(expected)
  expect(found.every((one) => one.cluster === cluster)).toBe(true)
})

test('a member with an invalid URL is reported by its name alone', () => {
  const plain = { name: 'b', clientURLs: ['unix:///run/b'], peerURLs: [], isLearner: false }
  const found = unlistedOf(cluster, [node('a')], [member('a@1.0.0.1'), plain], [host('a')])
  expect(found).toEqual([{ cluster, name: 'b', addresses: [], knownBy: ['etcd'] }])
})

test('in words', () => {
  const unlisted = { cluster, name: 'b', addresses: ['1.0.0.2', 'b'], knownBy: ['node', 'etcd'] } as const
  expect(unlistedLine(unlisted)).toBe(
    'b (1.0.0.2): a node with the control-plane label, and a member of the etcd cluster',
  )
})
