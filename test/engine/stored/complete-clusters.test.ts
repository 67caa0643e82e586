import { describe, expect, test } from 'vitest'
import type { ClusterOutcome } from '../../../src/engine/values/cluster-outcome.ts'
import { completeClusters } from '../../../src/engine/stored/complete-clusters.ts'
import type { HostStatus } from '../../../src/engine/values/outcome.ts'
import type { SurveyedCluster } from '../../../src/engine/stored/survey-clusters.ts'
import { waitsFor } from '../../../src/engine/stored/plan-clusters.ts'
import { outcome } from '../../report/fixtures.ts'
import { sessionOf, surveyed } from '../cluster-session.ts'

const change = {
  kind: 'stored-configuration',
  task: 'kubeadm configuration',
  name: 'kube-system/kubeadm-config',
  differences: ['x'],
  before: 'a',
  after: 'b',
  resourceVersion: '7',
} as const

function pending(asked: SurveyedCluster): ClusterOutcome {
  const { cluster, hosts } = asked
  return {
    cluster,
    hosts,
    waitsFor: waitsFor(asked),
    status: 'pending',
    changes: [change],
    warnings: [],
    differing: [],
    error: undefined,
  }
}

/** Completes a cluster of two hosts with these outcomes. Nothing listens there, so that every write fails. */
async function completed(
  statuses: Readonly<Record<string, HostStatus>>,
  asked: SurveyedCluster,
  signal?: AbortSignal,
): Promise<ClusterOutcome> {
  await using session = await sessionOf(
    { cp1: { ansible_host: '127.0.0.1', ansible_port: 1 }, cp2: {} },
    signal,
  )
  const hosts = Object.entries(statuses).map(([host, status]) => outcome(host, status, [], { cluster: 'a' }))
  const [one] = await completeClusters(session, [pending(asked)], hosts)
  if (one === undefined) throw new Error('one outcome was expected')
  return one
}

const asked = surveyed('a', ['cp1', 'cp2'], 'a')

/** The cluster with these nodes, which are not its hosts. */
function withNodes(from: SurveyedCluster, ...names: readonly string[]): SurveyedCluster {
  const nodes = names.map((name) => ({ name, addresses: [], internalAddress: undefined }))
  return from.facts === undefined ? from : { ...from, facts: { ...from.facts, nodes } }
}

describe('a cluster is left alone', () => {
  test.each<HostStatus>(['failed', 'skipped', 'unreachable', 'pending'])(
    'if one of its hosts is %s',
    async (status) => {
      const one = await completed({ cp1: 'changed', cp2: status }, asked)
      expect(one).toMatchObject({ status: 'skipped', error: { code: 'interrupted' } })
      expect(one.error?.why).toContain(`cp2 has the status ${status}`)
    },
  )

  test('if the limit left a control plane out', async () => {
    const one = await completed(
      { cp1: 'changed' },
      withNodes(surveyed('a', ['cp1'], 'a'), 'cp1', 'cp2', 'cp3'),
    )
    expect(one).toMatchObject({ status: 'pending', error: undefined })
    expect(one.waitsFor).toEqual(['cp2', 'cp3'])
  })

  test('if a host could not be surveyed, so that its cluster is unknown', async () => {
    await using session = await sessionOf({ cp1: {}, cp2: {} })
    const hosts = [
      outcome('cp1', 'ok', [], { cluster: 'a' }),
      outcome('cp2', 'unreachable', [], { cluster: undefined }),
    ]
    const planned = withNodes(surveyed('a', ['cp1'], 'a'), 'cp1', 'cp2')
    const [one] = await completeClusters(session, [pending(planned)], hosts)
    expect(one?.status).toBe('pending')
    expect(one?.waitsFor).toEqual(['cp2'])
  })

  test.each([
    ['any', [], ['cp1', 'cp2']],
    ['one', ['cp1'], ['cp2']],
  ])('where the cluster does not know its hosts: somebody took the label off %s', async (_, nodes, left) => {
    const one = await completed({ cp1: 'changed', cp2: 'ok' }, withNodes(asked, ...nodes))
    expect(one).toMatchObject({ status: 'pending', error: undefined })
    expect(one.waitsFor).toEqual(left)
  })

  test('if the run was interrupted', async () => {
    const one = await completed({ cp1: 'ok', cp2: 'ok' }, asked, AbortSignal.abort())
    expect(one).toMatchObject({ status: 'skipped', error: { code: 'interrupted' } })
  })

  test('if nothing is due, or if it has failed before', async () => {
    await using session = await sessionOf({ cp1: {}, cp2: {} })
    const planned: readonly ClusterOutcome[] = (['ok', 'failed'] as const).map((status) => ({
      ...pending(asked),
      status,
    }))
    expect(await completeClusters(session, planned, [])).toEqual(planned)
  })
})

test('a failed host of another cluster does not matter', async () => {
  await using session = await sessionOf({ cp1: { ansible_host: '127.0.0.1', ansible_port: 1 }, b1: {} })
  const hosts = [outcome('cp1', 'ok', [], { cluster: 'a' }), outcome('b1', 'failed', [], { cluster: 'b' })]
  const [a, b] = await completeClusters(
    session,
    [pending(surveyed('a', ['cp1'], 'a')), pending(surveyed('b', ['b1'], 'a'))],
    hosts,
  )
  // The write was tried, and failed because nothing listens there.
  expect(a).toMatchObject({
    status: 'failed',
    error: { message: 'kube-system/kubeadm-config cannot be written' },
  })
  expect(b?.status).toBe('skipped')
})
