import { PlanewrightError } from '../../src/error.ts'
import type {
  ClusterOutcome,
  ClusterStatus,
  StoredConfigurationChange,
} from '../../src/engine/values/cluster-outcome.ts'
import type { HostOutcome, HostStatus } from '../../src/engine/values/outcome.ts'
import type { Change, DirectoryChange, FileChange, RestartChange } from '../../src/host/change.ts'

const ownership = { mode: 0o600, owner: 0, group: 0 }

export function fileChange(
  before: string | null,
  after: string,
  changes: Partial<FileChange> = {},
): FileChange {
  return {
    kind: 'file',
    task: 'audit policy',
    path: '/etc/policy.yaml',
    differences: [{ kind: 'content' }],
    before: before === null ? null : { ...ownership, content: before, sha256: 'b'.repeat(64) },
    after: { ...ownership, content: after, sha256: 'a'.repeat(64) },
    sensitive: false,
    stagedIn: '/etc',
    ...changes,
  }
}

export const directoryChange: DirectoryChange = {
  kind: 'directory',
  task: 'audit log directory',
  path: '/var/log/audit',
  differences: [{ kind: 'mode', is: 0o700, should: 0o755 }],
  before: { mode: 0o700, owner: 0, group: 0 },
  after: { mode: 0o755, owner: 0, group: 0 },
}

export const restartChange: RestartChange = {
  kind: 'restart',
  task: 'kube-apiserver audit flags',
  path: '/etc/kubernetes/manifests/kube-apiserver.yaml',
  differences: [{ kind: 'manifest-changes' }],
  component: 'kube-apiserver',
  before: { pid: 1, startTicks: 2 },
  kubeletAtWork: false,
  listens: { address: '192.0.2.1', port: 6443 },
  flags: { 'audit-log-maxage': '30' },
}

export const proof: NonNullable<HostOutcome['proof']> = {
  auditID: '6ff0c2c0-3b9f-4b0b-9c7e-0f9d6b1b7a11',
  requestReceivedTimestamp: '2026-11-23T19:06:32.000001Z',
  stageTimestamp: '2026-11-23T19:06:32.000002Z',
  stage: 'ResponseComplete',
  level: 'Metadata',
  verb: 'list',
  requestURI: '/api/v1/namespaces/default/pods?limit=1',
  user: 'kubernetes-admin',
  status: 200,
  logFile: '/var/log/audit/audit.log',
  rule: 2,
}

/** An outcome of a host. */
export function outcome(
  host: string,
  status: HostStatus,
  changes: readonly Change[] = [],
  more: Partial<HostOutcome> = {},
): HostOutcome {
  return {
    host,
    address: '192.0.2.1',
    cluster: 'c'.repeat(64),
    changes,
    kubelet: true,
    provable: null,
    warnings: [],
    status,
    proof: null,
    error: undefined,
    undone: false,
    ...more,
  }
}

export const failure = new PlanewrightError('restart', 'the new kube-apiserver does not stay up', {
  where: { host: 'cp1', task: 'flags', path: '/etc/x', file: 'hosts.yaml', line: 3, column: 5 },
  why: 'its last words:\nE1 unknown flag',
  remedy: 'Mend it.',
})

export const clusterChange: StoredConfigurationChange = {
  kind: 'stored-configuration',
  task: 'kubeadm configuration',
  name: 'kube-system/kubeadm-config',
  differences: ['flag --x is missing'],
  before: 'a: 1\n',
  after: 'a: 1\nb: 2\n',
  resourceVersion: '7',
}

/** An outcome of a cluster's own tasks. */
export function cluster(status: ClusterStatus, more: Partial<ClusterOutcome> = {}): ClusterOutcome {
  const nothing = { changes: [], warnings: [], waitsFor: [], differing: [], error: undefined }
  return { cluster: 'c'.repeat(64), hosts: ['cp1', 'cp2'], status, ...nothing, ...more }
}
