import { expect, test } from 'vitest'
import { refuseStrangers, warnOfDoubts } from '../../src/engine/refuse-strangers.ts'
import { noStrangers, type Doubt, type Stranger, type Strangers } from '../../src/engine/stranger.ts'
import type { HostPlan } from '../../src/engine/host-plan.ts'
import { groupByCluster } from '../../src/engine/plan.ts'
import { PlanewrightError } from '../../src/error.ts'
import { outcome } from '../report/fixtures.ts'

function planned(host: string, cluster: string | undefined): HostPlan {
  const base = { address: host, changes: [], kubelet: true, provable: null, warnings: [] }
  return { ...base, host, cluster }
}

const lost = outcome('lost', 'unreachable')

/** Two clusters of two and of one host, a host of none, and one that could not be surveyed. */
const plan = {
  clusters: groupByCluster([
    planned('a1', 'a'),
    planned('a2', 'a'),
    planned('b1', 'b'),
    planned('bare', undefined),
  ]),
  failures: [lost],
}

const stranger: Stranger = { cluster: 'a', name: 'a3', addresses: ['1.0.0.3'], knownBy: ['node'] }

function doubt(...hosts: readonly string[]): Doubt {
  const error = new PlanewrightError('host', 'etcd cannot be asked for its members', {
    why: 'one: x\ntwo: y',
  })
  return { hosts, error }
}

test.each<[string, Strangers, string[], string[]]>([
  ['nothing is wrong', noStrangers, ['a1', 'a2', 'b1', 'bare'], []],
  [
    'the inventory lacks one of one cluster: the other goes on',
    { found: [stranger], doubts: [] },
    ['b1', 'bare'],
    ['a1', 'a2'],
  ],
  [
    'one cluster cannot be asked: the other goes on',
    { found: [], doubts: [doubt('b1')] },
    ['a1', 'a2', 'bare'],
    ['b1'],
  ],
  [
    'of which cluster a host is cannot be told',
    { found: [], doubts: [doubt('bare')] },
    ['a1', 'a2', 'b1'],
    ['bare'],
  ],
])('refused where %s', (_, strangers, left, refused) => {
  const { clusters, failures } = refuseStrangers(plan, strangers)
  expect(clusters.flatMap(({ hosts }) => hosts.map(({ host }) => host))).toEqual(left)
  expect(failures.map(({ host, status }) => ({ host, status }))).toEqual([
    { host: 'lost', status: 'unreachable' },
    ...refused.map((host) => ({ host, status: 'failed' })),
  ])
})

test('each host of the cluster has the whole reason', () => {
  const strangers = { found: [stranger], doubts: [doubt('a1', 'a2')] }
  const { failures } = refuseStrangers(plan, strangers)
  expect(failures.slice(1).map(({ error }) => error?.where)).toEqual([{ host: 'a1' }, { host: 'a2' }])
  expect(failures[1]?.error).toMatchObject({
    code: 'host',
    message: 'the cluster has control planes that the inventory lacks',
    why: [
      'a3 (1.0.0.3): a node with the label of control planes',
      'etcd cannot be asked for its members: one: x; two: y',
    ].join('\n'),
  })
  const unknown = refuseStrangers(plan, { found: [], doubts: [doubt('a1', 'a2')] })
  expect(unknown.failures[1]?.error?.message).toBe(
    'whether the inventory lacks control planes of the cluster cannot be told',
  )
})

test('a doubt is a warning of the hosts whose cluster it is about', () => {
  const outcomes = [outcome('a1', 'ok', [], { warnings: ['before'] }), outcome('b1', 'ok')]
  const warned = warnOfDoubts(outcomes, { found: [stranger], doubts: [doubt('a1', 'a2')] })
  expect(warned.map(({ warnings }) => warnings)).toEqual([
    ['before', 'etcd cannot be asked for its members: one: x; two: y'],
    [],
  ])
})
