import { expect, test } from 'vitest'
import { refuseUnlisted, warnOfFailedLookups } from '../../../src/engine/cluster/refuse-unlisted.ts'
import {
  noUnlisted,
  type FailedLookup,
  type UnlistedControlPlane,
  type UnlistedControlPlanes,
} from '../../../src/engine/cluster/unlisted.ts'
import type { HostPlan } from '../../../src/engine/values/host-plan.ts'
import { groupByCluster } from '../../../src/engine/plan/plan.ts'
import { PlanewrightError } from '../../../src/error.ts'
import { outcome } from '../../report/fixtures.ts'

function planned(host: string, cluster: string | undefined): HostPlan {
  const base = { address: host, changes: [], kubelet: true, provable: null, warnings: [] }
  return { ...base, host, cluster }
}

const lost = outcome('lost', 'unreachable')

/** A cluster of two hosts, a cluster of one, a host without a cluster, and a host that could not be surveyed. */
const plan = {
  clusters: groupByCluster([
    planned('a1', 'a'),
    planned('a2', 'a'),
    planned('b1', 'b'),
    planned('bare', undefined),
  ]),
  failures: [lost],
}

const unlisted: UnlistedControlPlane = { cluster: 'a', name: 'a3', addresses: ['1.0.0.3'], knownBy: ['node'] }

function failedLookup(...hosts: readonly string[]): FailedLookup {
  const error = new PlanewrightError('host', 'etcd cannot be asked for its members', {
    why: 'one: x\ntwo: y',
  })
  return { hosts, error }
}

test.each<[string, UnlistedControlPlanes, string[], string[]]>([
  ['nothing is wrong', noUnlisted, ['a1', 'a2', 'b1', 'bare'], []],
  [
    'the inventory lacks one of one cluster: the other goes on',
    { found: [unlisted], failedLookups: [] },
    ['b1', 'bare'],
    ['a1', 'a2'],
  ],
  [
    'one cluster cannot be asked: the other goes on',
    { found: [], failedLookups: [failedLookup('b1')] },
    ['a1', 'a2', 'bare'],
    ['b1'],
  ],
  [
    'the cluster of a host is unknown',
    { found: [], failedLookups: [failedLookup('bare')] },
    ['a1', 'a2', 'b1'],
    ['bare'],
  ],
])('refused where %s', (_, unlisted, left, refused) => {
  const { clusters, failures } = refuseUnlisted(plan, unlisted)
  expect(clusters.flatMap(({ hosts }) => hosts.map(({ host }) => host))).toEqual(left)
  expect(failures.map(({ host, status }) => ({ host, status }))).toEqual([
    { host: 'lost', status: 'unreachable' },
    ...refused.map((host) => ({ host, status: 'failed' })),
  ])
})

test('each host of the cluster has the whole reason', () => {
  const lookup = { found: [unlisted], failedLookups: [failedLookup('a1', 'a2')] }
  const { failures } = refuseUnlisted(plan, lookup)
  expect(failures.slice(1).map(({ error }) => error?.where)).toEqual([{ host: 'a1' }, { host: 'a2' }])
  expect(failures[1]?.error).toMatchObject({
    code: 'host',
    message: 'the cluster has control planes that the inventory lacks',
    why: [
      'a3 (1.0.0.3): a node with the control-plane label',
      'etcd cannot be asked for its members: one: x; two: y',
    ].join('\n'),
  })
  const unknown = refuseUnlisted(plan, { found: [], failedLookups: [failedLookup('a1', 'a2')] })
  expect(unknown.failures[1]?.error?.message).toBe(
    'it is unknown whether the inventory lacks control planes of the cluster',
  )
})

test('a failed lookup is a warning for the hosts of that cluster', () => {
  const outcomes = [outcome('a1', 'ok', [], { warnings: ['before'] }), outcome('b1', 'ok')]
  const warned = warnOfFailedLookups(outcomes, {
    found: [unlisted],
    failedLookups: [failedLookup('a1', 'a2')],
  })
  expect(warned.map(({ warnings }) => warnings)).toEqual([
    ['before', 'etcd cannot be asked for its members: one: x; two: y'],
    [],
  ])
})
