import { expect, test } from 'vitest'
import type { Distribution } from '../../../src/apiserver/distribution.ts'
import type { ClusterOutcome } from '../../../src/engine/values/cluster-outcome.ts'
import { groupByCluster, type Plan } from '../../../src/engine/plan/plan.ts'
import { planClusters } from '../../../src/engine/stored/plan-clusters.ts'
import type { SurveyedCluster } from '../../../src/engine/stored/survey-clusters.ts'
import { PlanewrightError } from '../../../src/error.ts'
import { argumentList, policyVolume, restOfV1beta4, volumes } from '../../kubeadm/stored-configuration.ts'
import { sessionOf, surveyed } from '../cluster-session.ts'

const bare = `apiServer: {}\n${restOfV1beta4}`
const whole = `apiServer:\n  extraArgs:\n${argumentList}  extraVolumes:\n${volumes}${restOfV1beta4}`

function planOf(clusters: Readonly<Record<string, readonly string[]>>): Plan {
  const base = { changes: [], kubelet: true, provable: null, warnings: [] }
  const hosts = Object.entries(clusters).flatMap(([cluster, names]) =>
    names.map((host) => ({ ...base, host, address: host, cluster })),
  )
  return { clusters: groupByCluster(hosts), failures: [] }
}

type Variables = Readonly<Record<string, unknown>>

/** Plans one cluster of two hosts. */
async function planned(
  asked: SurveyedCluster,
  one: Variables = {},
  two: Variables = one,
): Promise<ClusterOutcome> {
  await using session = await sessionOf({ cp1: one, cp2: two })
  const [outcome, ...others] = planClusters(session, planOf({ a: ['cp1', 'cp2'] }), [asked])
  if (outcome === undefined || others.length > 0) throw new Error('one outcome was expected')
  return outcome
}

const both = ['cp1', 'cp2']
const told = { audit_kubeadm_config: false }

test('a cluster that stores all settings has no change', async () => {
  const outcome = await planned(surveyed('a', both, whole))
  expect(outcome).toMatchObject({ status: 'ok', changes: [], warnings: [], error: undefined })
})

test('a cluster that stores no setting has one change, for the text and the resourceVersion that were read', async () => {
  const { status, changes } = await planned(surveyed('a', both, bare))
  expect(status).toBe('pending')
  expect(changes).toEqual([
    expect.objectContaining({
      task: 'kubeadm configuration',
      name: 'kube-system/kubeadm-config',
      before: bare,
      after: whole,
      resourceVersion: '7',
    }),
  ])
  expect(changes[0]?.differences).toContain('volume audit-policy is missing from apiServer.extraVolumes')
})

test('with audit_kubeadm_config=false there is a warning with all missing settings, and no change', async () => {
  const { status, changes, warnings } = await planned(surveyed('a', both, bare), told)
  expect([status, changes]).toEqual(['ok', []])
  expect(warnings[0]).toContain('the next kubeadm upgrade will lose audit settings')
  expect(warnings).toContain('volume audit-policy is missing from apiServer.extraVolumes')
  expect((await planned(surveyed('a', both, whole), told)).warnings).toEqual([])
})

test('hosts that want different settings are named, with what each of them wants', async () => {
  const outcome = await planned(surveyed('a', both, whole), { audit_log_maxage: 30 }, { audit_log_maxage: 7 })
  expect(outcome).toMatchObject({ status: 'failed', changes: [], error: { code: 'variable' } })
  expect(outcome.error?.why).toBe('audit_log_maxage is 30 for cp1 and 7 for cp2')
})

test('one host with audit_kubeadm_config=false is a different setting, too', async () => {
  const { status, error } = await planned(surveyed('a', both, bare), {}, told)
  expect(status).toBe('failed')
  expect(error?.why).toBe('audit_kubeadm_config is true for cp1 and false for cp2')
})

test('the named remedy works: without writing, different settings are only a warning', async () => {
  const one = { ...told, audit_log_maxage: 30 }
  const outcome = await planned(surveyed('a', both, whole), one, { ...one, audit_log_maxage: 7 })
  expect(outcome).toMatchObject({ status: 'ok', error: undefined, changes: [] })
  expect(outcome.warnings.join()).toContain('audit_log_maxage is 30 for cp1 and 7 for cp2')
})

test.each([
  ['no YAML', 'a: [', /not YAML/],
  ['an unknown version', bare.replace('v1beta4', 'v1beta9'), /apiVersion/],
])(
  'a text that cannot be read, %s, fails, or is told of where nothing would be written',
  async (_, text, words) => {
    const failed = await planned(surveyed('a', both, text))
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'kubeadm-config' } })
    expect(failed.error?.message).toMatch(words)
    const only = await planned(surveyed('a', both, text), told)
    expect(only).toMatchObject({ status: 'ok', error: undefined })
    expect(only.warnings.join()).toMatch(words)
  },
)

test.each<[Distribution, string]>([
  ['k3s', '/etc/rancher/k3s/config.yaml'],
  ['rke2', '/etc/rancher/rke2/config.yaml'],
  ['kops', 'kops edit cluster'],
  ['unknown', 'planewright does not know what rewrites'],
])(
  'a cluster that kubeadm did not set up (%s): advice, whatever its hosts want',
  async (distribution, words) => {
    const asked = surveyed('a', both, '')
    const none: SurveyedCluster = {
      ...asked,
      facts: { configuration: { type: 'none', distribution }, nodes: [], known: [] },
    }
    const outcome = await planned(none, { audit_log_maxage: 30 }, { audit_log_maxage: 7 })
    expect(outcome).toMatchObject({ status: 'ok', changes: [], error: undefined })
    expect(outcome.warnings).toEqual([expect.stringContaining(words)])
  },
)

test('a cluster that could not be asked is unknown; two clusters of one inventory are planned separately', async () => {
  await using session = await sessionOf({
    a1: { audit_log_maxage: 30 },
    b1: { audit_log_maxage: 7 },
    c1: {},
  })
  const error = new PlanewrightError('host', 'the cluster cannot be asked', { why: 'c1: HTTP 403' })
  const outcomes = planClusters(session, planOf({ a: ['a1'], b: ['b1'], c: ['c1'] }), [
    surveyed('a', ['a1'], whole),
    surveyed('b', ['b1'], whole),
    { cluster: 'c', hosts: ['c1'], facts: undefined, error },
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['ok', 'pending', 'unknown'])
  expect(outcomes[1]?.changes[0]?.differences).toEqual([
    'flag --audit-log-maxage is 30 in apiServer.extraArgs, should be 7',
  ])
  expect(outcomes[2]?.error).toBe(error)
})

test('a missing volume alone is a difference', async () => {
  const { changes } = await planned(surveyed('a', both, whole.replace(policyVolume, '')))
  expect(changes[0]?.differences).toEqual(['volume audit-policy is missing from apiServer.extraVolumes'])
})
