import { expect, test } from 'vitest'
import type { HostPlan } from '../../../src/engine/values/host-plan.ts'
import { groupByCluster } from '../../../src/engine/plan/plan.ts'
import { rollIndependently } from '../../../src/engine/plan/roll-independently.ts'
import { directoryChange, fileChange, outcome, restartChange } from '../../report/fixtures.ts'

function planned(host: string, cluster: string | undefined, changes: HostPlan['changes'] = []): HostPlan {
  return { host, address: host, cluster, changes, kubelet: false, provable: null, warnings: [] }
}

const written = [directoryChange, fileChange(null, 'x')]
const restarted = [...written, restartChange]

/** The clusters of a plan, each as its id and its hosts. */
function shapeOf(hosts: readonly HostPlan[]): readonly string[] {
  const { clusters } = rollIndependently({ clusters: groupByCluster(hosts), failures: [] })
  return clusters.map(({ cluster, hosts: members }) =>
    [cluster ?? 'none', ...members.map(({ host }) => host)].join(' '),
  )
}

test.each<[string, readonly HostPlan[], readonly string[]]>([
  ['no host', [], []],
  ['hosts of no cluster', [planned('a', undefined, written), planned('b', undefined)], ['none a', 'none b']],
  ['hosts of one cluster', [planned('a', 'ca', written), planned('b', 'ca', written)], ['none a', 'none b']],
  [
    'hosts that restart something still take turns',
    [planned('a', 'ca', restarted), planned('b', 'ca', written), planned('c', 'ca', restarted)],
    ['none b', 'ca a c'],
  ],
  [
    'whatever restarts without a cluster may be of one',
    [planned('a', undefined, restarted), planned('b', undefined, restarted)],
    ['none a b'],
  ],
])('%s', (_, hosts, shape) => {
  expect(shapeOf(hosts)).toEqual(shape)
})

test('a host keeps its own plan and its CA, and earlier failures stay', () => {
  const host = planned('a', 'ca', written)
  const lost = outcome('lost', 'unreachable')
  const { clusters, failures } = rollIndependently({ clusters: groupByCluster([host]), failures: [lost] })
  expect(clusters).toEqual([{ cluster: undefined, hosts: [host] }])
  expect(failures).toEqual([lost])
})
