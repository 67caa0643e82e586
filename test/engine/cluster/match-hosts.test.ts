import { expect, test } from 'vitest'
import {
  matchHosts,
  type PossibleNode,
  type IdentifiedHost,
} from '../../../src/engine/cluster/match-hosts.ts'
import type { NamedHost } from '../../../src/engine/cluster/unlisted.ts'

/** Reads `name@address`: a node, or a host's name and address in the inventory. */
function split(text: string): NamedHost {
  const [name = '', address] = text.split('@')
  return { name, addresses: address === undefined ? [] : [address] }
}

const ours = 'ca of ours'

/**
 * Reads a host as `NAME@ADDRESS > ANSWERS`. The answers are the names and addresses by which its cluster knows it. `foreign`
 * stands for another CA, `bare` for no CA, and `lost` for a host that cannot be asked.
 */
function host(text: string, asked: string[]): PossibleNode {
  const [told = '', tells = ''] = text.split(' > ')
  const base = split(told)
  const words = tells.split(' ').filter((word) => word !== '')
  const cluster = words.includes('foreign') ? 'another' : words.includes('bare') ? undefined : ours
  const identify = (): Promise<IdentifiedHost> => {
    asked.push(base.name)
    if (words.includes('lost')) return Promise.reject(new Error('lost'))
    return Promise.resolve({ name: base.name, addresses: [...base.addresses, ...words], cluster })
  }
  return { ...base, identify }
}

interface Case {
  readonly nodes: readonly string[]
  readonly hosts: readonly string[]
  readonly matched: readonly string[]
  readonly unmatched: readonly string[]
  readonly unanswered: readonly string[]
  readonly asked: readonly string[]
}

const none = { matched: [], unmatched: [], unanswered: [], asked: [] }

test.each<[string, Partial<Case>]>([
  ['nobody is sought: nobody is asked', { hosts: ['a@1.0.0.1', 'b@1.0.0.2 > lost'] }],
  [
    'by name: nobody else is asked',
    { nodes: ['a@1.0.0.1'], hosts: ['a@9.0.0.1', 'b@9.0.0.2'], matched: ['a'], asked: ['a'] },
  ],
  [
    'by the address that SSH goes to',
    { nodes: ['node-a@1.0.0.1'], hosts: ['a@1.0.0.1', 'b@1.0.0.2'], matched: ['a'], asked: ['a'] },
  ],
  [
    'behind NAT, by the address that its own apiserver tells',
    {
      nodes: ['node-a@1.0.0.1'],
      hosts: ['b@9.0.0.2 > 1.0.0.2', 'a@9.0.0.1 > 1.0.0.1'],
      matched: ['a'],
      asked: ['b', 'a'],
    },
  ],
  [
    'by its own name for the node, where no apiserver runs',
    { nodes: ['node-a@1.0.0.1'], hosts: ['a@9.0.0.1 > node-a'], matched: ['a'], asked: ['a'] },
  ],
  [
    'one that cannot be reached and is told by name is this node all the same',
    { nodes: ['a@1.0.0.1'], hosts: ['a@9.0.0.1 > lost'], matched: ['a'], asked: ['a'] },
  ],
  [
    'one that cannot be reached may be any that is left',
    {
      nodes: ['node-a@1.0.0.1'],
      hosts: ['a@9.0.0.1 > lost', 'b@9.0.0.2'],
      unmatched: ['node-a'],
      unanswered: ['a'],
      asked: ['a', 'b'],
    },
  ],
  [
    'one that cannot be reached and turns out not to be meant is ignored',
    {
      nodes: ['node-a@1.0.0.1'],
      hosts: ['b@9.0.0.2 > lost', 'a@9.0.0.1 > 1.0.0.1'],
      matched: ['a'],
      asked: ['b', 'a'],
    },
  ],
  [
    'a host of another cluster is none, whatever it is called',
    {
      nodes: ['a@1.0.0.1'],
      hosts: ['a@1.0.0.1 > foreign', 'b@9.0.0.1 > 1.0.0.1'],
      matched: ['b'],
      asked: ['a', 'b'],
    },
  ],
  [
    'nor is one that is numbered alike',
    {
      nodes: ['node-a@1.0.0.1'],
      hosts: ['a@9.0.0.1 > 1.0.0.1 foreign'],
      unmatched: ['node-a'],
      asked: ['a'],
    },
  ],
  [
    'a host without a CA counts',
    { nodes: ['a@1.0.0.1'], hosts: ['a@9.0.0.1 > bare'], matched: ['a'], asked: ['a'] },
  ],
  ['a node that nobody is', { nodes: ['a@1.0.0.1'], hosts: ['b@9.0.0.1'], unmatched: ['a'], asked: ['b'] }],
])('%s', async (_, given) => {
  const { nodes = [], hosts = [], ...expected } = given
  const asked: string[] = []
  const possibleNodes = hosts.map((one) => host(one, asked))
  const matches = await matchHosts(nodes.map(split), possibleNodes, ours, 2)
  const names = (answers: typeof matches.matched) => answers.map(({ possible }) => possible.name)
  expect({
    matched: names(matches.matched),
    unmatched: matches.unmatched.map(({ name }) => name),
    unanswered: names(matches.unanswered),
    asked,
  }).toEqual({ ...none, ...expected })
})

test('without a cluster’s id any host may be of it', async () => {
  const foreign = host('a@1.0.0.1 > foreign', [])
  const { matched } = await matchHosts([split('a@1.0.0.1')], [foreign], undefined, 1)
  expect(matched).toHaveLength(1)
})
