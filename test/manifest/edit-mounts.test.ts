import { describe, expect, test } from 'vitest'
import { editStaticPod } from '../../src/manifest/edit.ts'
import { describeDifferences } from './describe-differences.ts'
import { auditEdit, editOf, place } from './wanted.ts'

const { mounts, volumes, flags } = auditEdit
const edit = editOf({ mounts, volumes })

/** A manifest with these lines at the end of its container, and those at the end of its spec. */
function pod(container: string, spec: string): string {
  return `apiVersion: v1
kind: Pod
metadata:
  name: kube-apiserver
spec:
  containers:
  - command:
    - kube-apiserver
    name: kube-apiserver
${container}  hostNetwork: true
${spec}`
}

const goodMounts = `    volumeMounts:
    - name: audit-policy
      mountPath: /etc/kubernetes/audit-policy.yaml
      readOnly: true
    - name: audit-logs
      mountPath: /var/log/kubernetes/audit
      readOnly: false
`
const goodVolumes = `  volumes:
  - name: audit-policy
    hostPath:
      path: /etc/kubernetes/audit-policy.yaml
      type: File
  - name: audit-logs
    hostPath:
      path: /var/log/kubernetes/audit
      type: DirectoryOrCreate
`

interface Case {
  readonly name: string
  readonly before: string
  /** The text after the edit. Without it, nothing changes. */
  readonly after?: string
  readonly differences?: readonly string[]
}

const cases: readonly Case[] = [
  {
    name: 'neither mounts nor volumes',
    before: pod('', ''),
    after: pod(goodMounts, goodVolumes),
    differences: [
      'volume audit-policy is missing',
      'volume audit-logs is missing',
      'mount audit-policy is missing',
      'mount audit-logs is missing',
    ],
  },
  {
    name: 'empty and null lists',
    before: pod('    volumeMounts: []  # none\n', '  volumes: ~ # none\n'),
    after: pod(goodMounts.replace(':', ':  # none'), goodVolumes.replace(':', ': # none')),
  },
  {
    name: 'keys without a value',
    before: pod('    volumeMounts:\n', '  volumes:\n\n'),
    after: pod(goodMounts, `${goodVolumes}\n`),
  },
  { name: 'all there', before: pod(goodMounts, goodVolumes) },
  {
    name: 'what kubeadm makes of it: other order, readOnly left out where it is false',
    before: pod(
      `    volumeMounts:
    - mountPath: /var/log/kubernetes/audit
      name: audit-logs
    - mountPath: /etc/kubernetes/audit-policy.yaml
      name: audit-policy
      readOnly: true
`,
      `  volumes:
  - hostPath:
      path: /var/log/kubernetes/audit
      type: DirectoryOrCreate
    name: audit-logs
  - hostPath:
      path: /etc/kubernetes/audit-policy.yaml
      type: File
    name: audit-policy
`,
    ),
  },
  {
    name: 'trailing slashes and harmless fields',
    before: pod(
      goodMounts.replace(
        'kubernetes/audit\n',
        'kubernetes/audit/\n      mountPropagation: None\n      subPath: ""\n',
      ),
      goodVolumes.replace('kubernetes/audit\n', 'kubernetes/audit/\n'),
    ),
  },
  {
    name: 'the names of the Kubernetes documentation, in a sidecar and an init container too',
    before: pod(
      `    volumeMounts:
    - mountPath: /etc/kubernetes/audit-policy.yaml
      name: audit # policy
      readOnly: true
    - mountPath: /var/log/kubernetes/audit/
      name: audit-log
      readOnly: false
  - name: shipper
    volumeMounts: [{name: audit-log, mountPath: /logs, readOnly: true}, {name: other, mountPath: /x}]
`,
      `  initContainers:
  - name: prepare
    volumeMounts:
    - name: "audit-log"
      mountPath: /logs
  volumes:
  # the policy
  - name: audit
    hostPath:
      path: /etc/kubernetes/audit-policy.yaml
      type: File
  - name: 'audit-log'
    hostPath: {path: /var/log/kubernetes/audit/, type: DirectoryOrCreate}
  - name: other
    emptyDir: {}
`,
    ),
    after: pod(
      `    volumeMounts:
    - mountPath: /etc/kubernetes/audit-policy.yaml
      name: audit-policy # policy
      readOnly: true
    - mountPath: /var/log/kubernetes/audit/
      name: audit-logs
      readOnly: false
  - name: shipper
    volumeMounts: [{name: audit-logs, mountPath: /logs, readOnly: true}, {name: other, mountPath: /x}]
`,
      `  initContainers:
  - name: prepare
    volumeMounts:
    - name: "audit-logs"
      mountPath: /logs
  volumes:
  # the policy
  - name: audit-policy
    hostPath:
      path: /etc/kubernetes/audit-policy.yaml
      type: File
  - name: 'audit-logs'
    hostPath: {path: /var/log/kubernetes/audit/, type: DirectoryOrCreate}
  - name: other
    emptyDir: {}
`,
    ),
    differences: [
      'volume audit-policy is named audit',
      'mount /etc/kubernetes/audit-policy.yaml in container kube-apiserver uses volume audit, should be audit-policy',
      'volume audit-logs is named audit-log',
      'mount /var/log/kubernetes/audit/ in container kube-apiserver uses volume audit-log, should be audit-logs',
      'mount /logs in container shipper uses volume audit-log, should be audit-logs',
      'mount /logs in container prepare uses volume audit-log, should be audit-logs',
    ],
  },
  {
    name: 'other values, and fields that change the meaning',
    before: pod(
      `    volumeMounts:
    - name: audit-policy
      mountPath: /etc/policy.yaml # old
      subPath: policy.yaml # inside
    - mountPropagation: Bidirectional
      name: audit-logs
      # where
      mountPath: /var/log/kubernetes/audit
      readOnly: true
`,
      `  volumes:
  - name: audit-policy
    hostPath:
      path: /etc/policies
  - name: audit-logs
    hostPath:
      path: /var/log/kubernetes/audit
      type: Directory
`,
    ),
    after: pod(
      `    volumeMounts:
    - name: audit-policy
      mountPath: /etc/kubernetes/audit-policy.yaml # old
      # inside
      readOnly: true
    - # where
      name: audit-logs
      mountPath: /var/log/kubernetes/audit
      readOnly: false
`.replace('    - # where\n      name: audit-logs\n', '    - name: audit-logs\n      # where\n'),
      goodVolumes,
    ),
    differences: [
      'volume audit-policy: hostPath.path is /etc/policies, should be /etc/kubernetes/audit-policy.yaml',
      'volume audit-policy: hostPath.type is not set, should be File',
      'volume audit-logs: hostPath.type is Directory, should be DirectoryOrCreate',
      'mount audit-policy: mountPath is /etc/policy.yaml, should be /etc/kubernetes/audit-policy.yaml',
      'mount audit-policy: readOnly is false, should be true',
      'mount audit-policy: subPath is policy.yaml, should not be there',
      'mount audit-logs: readOnly is true, should be false',
      'mount audit-logs: mountPropagation is Bidirectional, should not be there',
    ],
  },
  {
    name: 'volumes of another kind',
    before: pod(
      goodMounts,
      `  volumes:
  - emptyDir: {} # for now
    # policy
    name: audit-policy
  - name: audit-logs
    emptyDir:
      medium: Memory # fast
`,
    ),
    after: pod(
      goodMounts,
      `  volumes:
  - # for now
    # policy
    name: audit-policy
    hostPath:
      path: /etc/kubernetes/audit-policy.yaml
      type: File
  - name: audit-logs
    # fast
    hostPath:
      path: /var/log/kubernetes/audit
      type: DirectoryOrCreate
`,
    ),
    differences: [
      'volume audit-policy is emptyDir, should be hostPath',
      'volume audit-logs is emptyDir, should be hostPath',
    ],
  },
  {
    name: 'each twice, with comments',
    before: pod(
      `${goodMounts}    # more of them
    - mountPath: /var/log/kubernetes/audit # again
      # with another name
      name: logs
    - name: audit-policy
      mountPath: /other

    - name: certs
      mountPath: /certs
`,
      `${goodVolumes}  - name: logs # same place
    hostPath: {path: /var/log/kubernetes/audit}
  - name: certs
    hostPath: {path: /certs}
`,
    ),
    after: pod(
      `${goodMounts}    # more of them
    # again
    # with another name

    - name: certs
      mountPath: /certs
`,
      `${goodVolumes}  # same place
  - name: certs
    hostPath: {path: /certs}
`,
    ),
    differences: [
      'volume logs has the same host path as volume audit-logs',
      'mount /var/log/kubernetes/audit in container kube-apiserver uses volume logs, should be audit-logs',
      'mount audit-policy is there more than once',
      'mount audit-logs is there more than once',
    ],
  },
  {
    name: 'names that are crossed',
    before: pod(
      goodMounts
        .replace('audit-policy\n', 'x\n')
        .replace('audit-logs', 'audit-policy')
        .replace(' x\n', ' audit-logs\n'),
      goodVolumes,
    ),
    after: pod(
      `    volumeMounts:
    - name: audit-policy
      mountPath: /etc/kubernetes/audit-policy.yaml
      readOnly: true
    - name: audit-logs
      mountPath: /var/log/kubernetes/audit
      readOnly: false
`,
      goodVolumes,
    ),
  },
  {
    name: 'the old volume of a replaced mount goes when nothing else uses it, unused ones of others stay',
    before: pod(
      goodMounts.replace('name: audit-logs', 'name: old-logs').replace('name: audit-policy', 'name: etc'),
      `  volumes:
  - name: unused
    emptyDir: {}
  - name: old-logs # on the root disk
    hostPath:
      path: /audit
  - name: etc
    hostPath: {path: /etc}
  initContainers:
  - name: prepare
    volumeMounts: [{name: etc, mountPath: /etc}]
`,
    ),
    after: pod(
      goodMounts,
      `  volumes:
  - name: unused
    emptyDir: {}
  # on the root disk
  - name: etc
    hostPath: {path: /etc}
${goodVolumes.replace('  volumes:\n', '')}  initContainers:
  - name: prepare
    volumeMounts: [{name: etc, mountPath: /etc}]
`,
    ),
    differences: [
      'volume audit-policy is missing',
      'volume audit-logs is missing',
      'mount audit-policy is named etc',
      'mount audit-logs is named old-logs',
      'volume old-logs is not used any more',
    ],
  },
  {
    name: 'other indentation, and blank lines',
    before: `apiVersion: v1
kind: Pod
metadata:
    name: kube-apiserver
spec:
    containers:
      - name: kube-apiserver
        volumeMounts:
          -   name: certs
              mountPath: /certs


    volumes:
      - name: certs
        hostPath:
            path: /certs

    # the end
`,
    after: `apiVersion: v1
kind: Pod
metadata:
    name: kube-apiserver
spec:
    containers:
      - name: kube-apiserver
        volumeMounts:
          -   name: certs
              mountPath: /certs
          - name: audit-policy
            mountPath: /etc/kubernetes/audit-policy.yaml
            readOnly: true
          - name: audit-logs
            mountPath: /var/log/kubernetes/audit
            readOnly: false


    volumes:
      - name: certs
        hostPath:
            path: /certs
      - name: audit-policy
        hostPath:
            path: /etc/kubernetes/audit-policy.yaml
            type: File
      - name: audit-logs
        hostPath:
            path: /var/log/kubernetes/audit
            type: DirectoryOrCreate

    # the end
`,
  },
  {
    name: 'flow style',
    before: `apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: kube-apiserver,
  volumeMounts: [{name: audit-logs, mountPath: /x, subPath: sub, readOnly: true}, {name: a, mountPath: /a}]}],
  volumes: []} # all
`,
    after: `apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: kube-apiserver,
  volumeMounts: [{name: audit-logs, mountPath: /var/log/kubernetes/audit, readOnly: false}, {name: a, mountPath: /a}, {name: audit-policy, mountPath: /etc/kubernetes/audit-policy.yaml, readOnly: true}]}],
  volumes: [{name: audit-policy, hostPath: {path: /etc/kubernetes/audit-policy.yaml, type: File}}, {name: audit-logs, hostPath: {path: /var/log/kubernetes/audit, type: DirectoryOrCreate}}]} # all
`,
  },
]

describe('editStaticPod, mounts and volumes', () => {
  test.each(cases)('$name', ({ before, after, differences }) => {
    const edited = editStaticPod(before, edit, place)
    expect(edited).toBe(after ?? before)
    expect(editStaticPod(edited, edit, place)).toBe(edited)
    expect(describeDifferences(edited, edit)).toEqual([])
    if (after === undefined) expect(describeDifferences(before, edit)).toEqual([])
    if (differences !== undefined) expect(describeDifferences(before, edit)).toEqual(differences)
  })

  test('a container path is not the host path', () => {
    const mount = { name: 'audit-logs', mountPath: '/var/log/audit', readOnly: false }
    const wanted = editOf({
      mounts: [mount],
      volumes: [volumes[1] ?? { name: '', hostPath: { path: '', type: '' } }],
    })
    const edited = editStaticPod(pod('', ''), wanted, place)
    expect(edited).toContain('      mountPath: /var/log/audit\n')
    expect(edited).toContain('      path: /var/log/kubernetes/audit\n')
    expect(editStaticPod(edited, wanted, place)).toBe(edited)
  })

  test('a mount of only the log file becomes a mount of its directory, and its volume is removed', () => {
    const before = pod(
      `    volumeMounts:
    - mountPath: /var/log/kubernetes/audit/audit.log
      name: audit-log
`,
      `  volumes:
  - hostPath:
      path: /var/log/kubernetes/audit/audit.log
      type: FileOrCreate
    name: audit-log
  - name: audit-policy
    hostPath: {path: /etc/kubernetes/audit-policy.yaml, type: File}
`,
    )
    const wanted = editOf({ flags: { 'audit-log-path': flags['audit-log-path'] ?? '' }, mounts, volumes })
    expect(editStaticPod(before, wanted, place)).toBe(
      pod(
        `    volumeMounts:
    - mountPath: /var/log/kubernetes/audit
      name: audit-logs
    - name: audit-policy
      mountPath: /etc/kubernetes/audit-policy.yaml
      readOnly: true
`,
        `  volumes:
  - name: audit-policy
    hostPath: {path: /etc/kubernetes/audit-policy.yaml, type: File}
  - name: audit-logs
    hostPath:
      path: /var/log/kubernetes/audit
      type: DirectoryOrCreate
`,
      ).replace(
        '    - kube-apiserver\n',
        `    - kube-apiserver\n    - --audit-log-path=/var/log/kubernetes/audit/audit.log\n`,
      ),
    )
  })

  test.each([
    ['an alias of another mount', 'volumeMounts: [&m {name: audit-logs, mountPath: /x}]', 'x: *m'],
    [
      'a merge key',
      'volumeMounts: [{<<: {subPath: x}, name: audit-logs, mountPath: /var/log/kubernetes/audit}]',
      'x: 1',
    ],
  ])('%s is refused', (_, mount, more) => {
    const before = pod(`    ${mount}\n    ${more}\n`, '')
    expect(() => editStaticPod(before, edit, place)).toThrow(
      expect.objectContaining({ code: 'manifest' }) as Error,
    )
  })

  test('a superfluous mount that is an alias is removed', () => {
    const before = pod(
      `${goodMounts.replace('- name: audit-policy', '- &m\n      name: audit-policy')}    x: 1\n`,
      goodVolumes,
    )
    const twice = before.replace('    x: 1\n', '    - *m\n    x: 1\n')
    expect(editStaticPod(twice, edit, place)).toBe(before)
  })
})
