import { expect, test } from 'vitest'
import { possibleHosts } from '../../../src/engine/cluster/possible-hosts.ts'
import type { HostPlan } from '../../../src/engine/values/host-plan.ts'
import { failedOutcome } from '../../../src/engine/values/outcome.ts'
import { groupByCluster } from '../../../src/engine/plan/plan.ts'
import { PlanewrightError } from '../../../src/error.ts'

/** Reads `name/cluster`, or `name` alone if the CA is not known. */
function planned(text: string): HostPlan {
  const [host = '', cluster] = text.split('/')
  const base = { kubelet: true, provable: null, warnings: [], changes: [] }
  return { ...base, host, address: host, cluster }
}

function target(name: string) {
  return { name, address: name, port: 22, user: 'root', knownHostsFile: '/dev/null', become: false }
}

test.each<[string, string[], string[], string[], string[]]>([
  ['those that the limit leaves out', ['a/x', 'b/x'], [], ['c'], ['c']],
  ['those that could not be surveyed', ['a/x'], ['b'], [], ['b']],
  ['those of which no plan can be made', ['a/x'], ['b/x'], [], ['b']],
  ['those without a CA', ['a/x', 'b'], [], [], ['b']],
  ['not those of another cluster', ['a/x', 'b/y'], ['c/y'], [], []],
])('others of a cluster are %s', (_, plans, failures, neighbours, expected) => {
  const clusters = groupByCluster(plans.map(planned))
  const failed = failures.map((one) => failedOutcome(planned(one), new PlanewrightError('unreachable', 'x')))
  const hosts = [...plans, ...failures].map((one) => ({ target: target(one.split('/')[0] ?? '') }))
  const [first] = clusters
  if (first === undefined) throw new Error('no cluster')
  const inhabitants = { hosts, neighbours: neighbours.map(target) }
  const others = possibleHosts(inhabitants, { clusters, failures: failed }, first)
  expect(others.map(({ name }) => name)).toEqual(expected)
})
