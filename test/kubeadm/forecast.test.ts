import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { forecastHosts } from '../../src/engine/stored/forecast-hosts.ts'
import type { SurveyedCluster } from '../../src/engine/stored/survey-clusters.ts'
import type { ClusterConfiguration } from '../../src/kubeadm/cluster-configuration.ts'
import { forecast } from '../../src/kubeadm/forecast.ts'

const kubeadm = readFileSync(new URL('../manifest/fixtures/kubeadm.yaml', import.meta.url), 'utf8')
const place = { path: '/etc/kubernetes/manifests/kube-apiserver.yaml' }

const none: ClusterConfiguration = {
  apiVersion: 'kubeadm.k8s.io/v1beta4',
  kubernetesVersion: 'v1.37.2',
  extraArgs: [],
  extraVolumes: [],
}

/** The manifest with additional flags. */
function withFlags(...flags: readonly string[]): string {
  return kubeadm.replace(
    /^ *- --secure-port=.*\n/m,
    (line) => line + flags.map((flag) => `    - ${flag}\n`).join(''),
  )
}

function withVolume(name: string, text = kubeadm): string {
  return text.replace(/^status/m, `  - hostPath:\n      path: /x\n    name: ${name}\nstatus`)
}

function volume(name: string) {
  return { name, hostPath: '/x', mountPath: '/x', readOnly: true, pathType: 'File' }
}

function told(manifest: string, configuration: Partial<ClusterConfiguration> = {}, version = 'v1.37.3') {
  const { lost, gained, changed } = forecast(manifest, { ...none, ...configuration }, version, place)
  return { lost, gained, changed }
}

const unchanged = { lost: [], gained: [], changed: [] }
const withAudit = { extraArgs: [{ name: 'audit-log-path', value: '/x' }] }

describe('the forecast of what kubeadm upgrade makes of an apiserver', () => {
  test('that is as kubeadm made it: no difference', () => {
    expect(told(kubeadm)).toEqual(unchanged)
    const { from, to, volumes } = forecast(kubeadm, none, 'v1.37.3', place)
    expect([from, to]).toEqual(['v1.37.2', 'v1.37.3'])
    expect(volumes).toContain('k8s-certs')
  })

  test.each<[string, ReturnType<typeof told>, Partial<ReturnType<typeof told>>]>([
    ['a flag that is stored', told(withFlags('--audit-log-path=/x'), withAudit), {}],
    [
      'a flag that is stored with underscores',
      told(withFlags('--audit-log-path=/x'), { extraArgs: [{ name: 'audit_log_path', value: '/x' }] }),
      {},
    ],
    ['a flag that is not', told(withFlags('--audit-log-path=/x')), { lost: ['flag --audit-log-path=/x'] }],
    ['a flag that is stored only', told(kubeadm, withAudit), { gained: ['flag --audit-log-path=/x'] }],
    [
      'a flag that is stored otherwise',
      told(withFlags('--audit-log-path=/y'), withAudit),
      { lost: ['flag --audit-log-path=/y'], gained: ['flag --audit-log-path=/x'] },
    ],
    [
      'admission plugins that somebody added by hand',
      told(kubeadm.replace('plugins=NodeRestriction', 'plugins=NodeRestriction,PodNodeSelector')),
      {
        lost: ['flag --enable-admission-plugins=NodeRestriction,PodNodeSelector'],
        gained: ['flag --enable-admission-plugins=NodeRestriction'],
      },
    ],
    [
      'admission plugins that are stored',
      told(kubeadm.replace('plugins=NodeRestriction', 'plugins=A,B'), {
        extraArgs: [{ name: 'enable-admission-plugins', value: 'A,B' }],
      }),
      {},
    ],
    [
      'a flag of kubeadm’s own that somebody took away',
      told(kubeadm.replace(/^ *- --enable-bootstrap-token-auth=true\n/m, '')),
      { gained: ['flag --enable-bootstrap-token-auth=true'] },
    ],
    [
      'authorization by a file, for which kubeadm gives no modes',
      told(withFlags('--authorization-config=/x').replace(/^ *- --authorization-mode=.*\n/m, ''), {
        extraArgs: [{ name: 'authorization-config', value: '/x' }],
      }),
      {},
    ],
    [
      'a flag of a host that somebody changed, which nobody can tell',
      told(kubeadm.replace('--advertise-address=172.24.0.4', '--advertise-address=172.24.0.5')),
      {},
    ],
    [
      'a flag that stands twice, and is stored once',
      told(withFlags('--audit-log-path=/x', '--audit-log-path=/x'), withAudit),
      { lost: ['flag --audit-log-path=/x --audit-log-path=/x'], gained: ['flag --audit-log-path=/x'] },
    ],
    [
      'a flag that is stored twice',
      told(withFlags('--x=1', '--x=2'), {
        extraArgs: [
          { name: 'x', value: '1' },
          { name: 'x', value: '2' },
        ],
      }),
      {},
    ],
    ['a volume that is not stored', told(withVolume('mine')), { lost: ['volume and mount mine'] }],
    ['a volume that is', told(withVolume('mine'), { extraVolumes: [volume('mine')] }), {}],
    [
      'a volume that is stored only',
      told(kubeadm, { extraVolumes: [volume('mine')] }),
      { gained: ['volume and mount mine'] },
    ],
    [
      'the certificates of an external etcd, which kubeadm mounts itself',
      told(withVolume('etcd-certs-0')),
      {},
    ],
    [
      'annotations, of which only ours are nobody’s need',
      told(kubeadm.replace('  labels:', '    planewright.dev/a: x\n    example.org/b: z\n  labels:')),
      {
        changed: [
          'annotation planewright.dev/a will be lost: kubeadm keeps no annotations, but nothing needs this one',
          'annotation example.org/b will be lost: kubeadm keeps no annotations',
        ],
      },
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual({ ...unchanged, ...expected })
  })

  test('from 1.35 to 1.36: logs that were kept forever are rotated, unless a flag says otherwise', () => {
    const old = kubeadm.replace('v1.37.2', 'v1.35.4')
    expect(told(old, {}, 'v1.36.0').changed).toEqual([
      '--audit-log-maxage is not set: its default changes from 0 (old files are kept without a time limit) to 366 days',
      '--audit-log-maxbackup is not set: its default changes from 0 (all old files are kept) to 100 files',
      '--audit-log-maxsize is not set: its default changes from 0 (rotation at 100 MB) to 100 MB',
    ])
    const extraArgs = ['age', 'backup', 'size'].map((what) => ({ name: `audit-log-max${what}`, value: '0' }))
    expect(told(old, { extraArgs }, 'v1.36.0').changed).toEqual([])
    expect(told(old, { extraArgs: extraArgs.slice(1) }, 'v1.36.0').changed).toHaveLength(1)
    expect(
      told(old.replace('kube-apiserver:v1.35.4', 'kube-apiserver:custom'), {}, 'v1.36.0').changed,
    ).toEqual([])
  })
})

describe('of all hosts', () => {
  const base = { address: 'x', changes: [], kubelet: true, provable: null, warnings: [] }
  const host = (name: string, manifest: string, cluster = 'c') => ({
    ...base,
    host: name,
    cluster,
    apiserver: { ...place, manifest },
  })
  const stored = (cluster: string, text: string): SurveyedCluster => ({
    cluster,
    hosts: [],
    facts: { configuration: { type: 'stored', resourceVersion: '1', text }, nodes: [], known: [] },
    error: undefined,
  })
  const text = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n'
  const plan = (...hosts: readonly ReturnType<typeof host>[]) => ({
    clusters: [...Map.groupBy(hosts, ({ cluster }) => cluster)].map(([cluster, own]) => ({
      cluster,
      hosts: own,
    })),
    failures: [],
  })

  test('uses each host’s own cluster, even if another cluster cannot be read or asked', () => {
    const all = plan(host('a', kubeadm, 'a'), host('b', kubeadm, 'b'), host('c', kubeadm, 'c'))
    const asked = [stored('a', 'kind: ['), stored('b', text)]
    expect([...forecastHosts(all, asked, 'v1.37.3').keys()]).toEqual(['b'])
  })

  test.each([
    ['v1.37.1', /already runs v1\.37\.2/],
    ['v1.36.9', /already runs v1\.37\.2/],
    ['v1.39.0', /one minor release at a time/],
    ['v2.0.0', /one minor release at a time/],
  ])('kubeadm does not upgrade from v1.37.2 to %s', (version, why) => {
    const call = () => forecastHosts(plan(host('a', kubeadm)), [stored('c', text)], version)
    expect(call).toThrow(
      expect.objectContaining({
        code: 'usage',
        where: { host: 'a' },
        why: expect.stringMatching(why) as string,
      }) as Error,
    )
  })

  test.each(['v1.37.2', 'v1.37.9', 'v1.38.0'])('kubeadm goes from v1.37.2 to %s', (version) => {
    expect(forecastHosts(plan(host('a', kubeadm)), [stored('c', text)], version).size).toBe(1)
  })
})
