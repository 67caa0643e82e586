import type { StaticPodEdit } from '../../src/manifest/edit.ts'

/** The edit of the Kubernetes audit guide: its flags, mounts and volumes, and a digest of the policy. */
export const auditEdit: StaticPodEdit = {
  container: 'kube-apiserver',
  flags: {
    'audit-policy-file': '/etc/kubernetes/audit-policy.yaml',
    'audit-log-path': '/var/log/kubernetes/audit/audit.log',
    'audit-log-format': 'json',
    'audit-log-maxage': '30',
    'audit-log-maxbackup': '10',
    'audit-log-maxsize': '100',
  },
  mounts: [
    { name: 'audit-policy', mountPath: '/etc/kubernetes/audit-policy.yaml', readOnly: true },
    { name: 'audit-logs', mountPath: '/var/log/kubernetes/audit', readOnly: false },
  ],
  volumes: [
    { name: 'audit-policy', hostPath: { path: '/etc/kubernetes/audit-policy.yaml', type: 'File' } },
    { name: 'audit-logs', hostPath: { path: '/var/log/kubernetes/audit', type: 'DirectoryOrCreate' } },
  ],
  annotations: { 'planewright.example/audit-policy': '1234e567' },
}

/** The place of the tests' manifests in error messages. */
export const place = { path: '/etc/kubernetes/manifests/kube-apiserver.yaml', host: 'cp1' }

/** An edit of these parts only. */
export function editOf(parts: Partial<StaticPodEdit>): StaticPodEdit {
  return { container: 'kube-apiserver', flags: {}, mounts: [], volumes: [], annotations: {}, ...parts }
}
