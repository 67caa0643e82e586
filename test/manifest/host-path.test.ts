import { describe, expect, test } from 'vitest'
import { hostPathOf } from '../../src/manifest/host-path.ts'
import { readStaticPod } from '../../src/manifest/static-pod.ts'
import { place } from './wanted.ts'

const pod = readStaticPod(
  `
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver}
spec:
  containers:
  - name: kube-apiserver
    volumeMounts:
    - {name: etc, mountPath: /etc/kubernetes}
    - {name: logs, mountPath: /var/log/audit/}
    - {name: policy, mountPath: /etc/kubernetes/audit-policy.yaml}
    - {name: data, mountPath: /data, subPath: apiserver/audit}
    - {name: data, mountPath: /each, subPathExpr: $(POD)/audit}
    - {name: scratch, mountPath: /etc/kubernetes/tmp}
    - {name: gone, mountPath: /gone}
  volumes:
  - {name: etc, hostPath: {path: /etc/kubernetes}}
  - {name: logs, hostPath: {path: /var/log/kubernetes/audit/, type: DirectoryOrCreate}}
  - {name: policy, hostPath: {path: /srv/policies/audit.yaml, type: File}}
  - {name: data, hostPath: {path: /srv/data}}
  - {name: scratch, emptyDir: {}}
`,
  'kube-apiserver',
  place,
)

const root = {
  ...pod,
  container: { ...pod.container, mounts: [{ name: 'root', mountPath: '/', readOnly: true }] },
  volumes: [{ name: 'root', hostPath: { path: '/', type: '' } }],
}

describe('hostPathOf', () => {
  test.each([
    [
      'a mount of another path than on the host, as Kubespray has',
      '/var/log/audit/audit.log',
      '/var/log/kubernetes/audit/audit.log',
    ],
    ['the mount itself', '/var/log/audit', '/var/log/kubernetes/audit'],
    ['the mount itself with a slash', '/var/log/audit/', '/var/log/kubernetes/audit'],
    ['the longest of two mounts', '/etc/kubernetes/audit-policy.yaml', '/srv/policies/audit.yaml'],
    [
      'the shorter of two mounts',
      '/etc/kubernetes/audit-policy.yaml.old',
      '/etc/kubernetes/audit-policy.yaml.old',
    ],
    ['a subPath', '/data/audit.log', '/srv/data/apiserver/audit/audit.log'],
    ['a way round', '/var/log/audit/../audit//x/./audit.log', '/var/log/kubernetes/audit/x/audit.log'],
    ['a way out', '/var/log/audit/../other.log', undefined],
    ['a name that only begins like the mount', '/var/log/auditor/x', undefined],
    ['no mount', '/opt/audit.log', undefined],
    ['another kind of volume on top of a hostPath', '/etc/kubernetes/tmp/x', undefined],
    ['a subPathExpr', '/each/x', undefined],
    ['a volume that is not there', '/gone/x', undefined],
    ['the standard output', '-', undefined],
    ['nothing', '', undefined],
    ['a relative path', 'var/log/audit/audit.log', undefined],
  ])('%s', (_, containerPath, hostPath) => {
    expect(hostPathOf(pod, containerPath)).toBe(hostPath)
  })

  test('a mount of everything', () => {
    expect(hostPathOf(root, '/var/log/x')).toBe('/var/log/x')
  })
})
