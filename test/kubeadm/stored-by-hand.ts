import { argumentList, restOfV1beta4, volumes } from './stored-configuration.ts'
import type { StoredConfiguration } from './stored-configuration.ts'

const wanted = `  extraArgs:
${argumentList}  extraVolumes:
${volumes}`

const whole = `apiServer:\n${wanted}`

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n')
}

const commentedRest = `apiVersion: kubeadm.k8s.io/v1beta4 # since 1.31
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
# the end
`

/** v1beta4 configurations as people write them, with comments, anchors, brackets, other line ends and indentation. */
export const byHand: readonly StoredConfiguration[] = [
  { name: 'no apiserver', before: restOfV1beta4, after: `${restOfV1beta4}${whole}` },
  {
    name: 'an apiserver without a value',
    before: `apiServer:\n${restOfV1beta4}`,
    after: `${whole}${restOfV1beta4}`,
  },
  {
    name: 'keys without a value',
    before: `apiServer:\n  extraArgs:\n  extraVolumes: null\n${restOfV1beta4}`,
    after: `${whole}${restOfV1beta4}`,
    gone: ['  extraVolumes: null'],
  },
  {
    name: 'empty brackets',
    before: `apiServer:\n  extraArgs: []\n  extraVolumes: []   # none yet\n${restOfV1beta4}`,
    after: `${whole.replace('extraVolumes:', 'extraVolumes:   # none yet')}${restOfV1beta4}`,
    gone: ['  extraArgs: []', '  extraVolumes: []   # none yet'],
  },
  {
    name: 'lists in brackets',
    before: `apiServer:
  extraArgs: [{name: v, value: "4"}, {name: audit-log-maxage, value: '7'}, {name: audit-log-maxage, value: '8'}]
  extraVolumes: [
    {name: data, hostPath: /data, mountPath: /data}, # ours
    {name: audit-logs, hostPath: /var/log/kubernetes/audit, mountPath: /logs, pathType: DirectoryOrCreate},
  ]
${restOfV1beta4}`,
    after: `apiServer:
  extraArgs: [{name: v, value: "4"}, {name: audit-log-maxage, value: '30'}, {name: audit-policy-file, value: /etc/kubernetes/audit-policy.yaml}, {name: audit-log-path, value: /var/log/kubernetes/audit/audit.log}, {name: audit-log-format, value: json}, {name: audit-log-maxbackup, value: "10"}, {name: audit-log-maxsize, value: "100"}]
  extraVolumes: [
    {name: data, hostPath: /data, mountPath: /data}, # ours
    {name: audit-logs, hostPath: /var/log/kubernetes/audit, mountPath: /var/log/kubernetes/audit, pathType: DirectoryOrCreate},
    {hostPath: /etc/kubernetes/audit-policy.yaml, mountPath: /etc/kubernetes/audit-policy.yaml, name: audit-policy, pathType: File, readOnly: true},
  ]
${restOfV1beta4}`,
    gone: [
      `  extraArgs: [{name: v, value: "4"}, {name: audit-log-maxage, value: '7'}, {name: audit-log-maxage, value: '8'}]`,
      '    {name: audit-logs, hostPath: /var/log/kubernetes/audit, mountPath: /logs, pathType: DirectoryOrCreate},',
    ],
  },
  {
    name: 'an apiserver in braces',
    before: `apiServer: {certSANs: [localhost], extraArgs: []}\n${restOfV1beta4}`,
    after: `apiServer: {certSANs: [localhost], extraArgs: [{name: audit-policy-file, value: /etc/kubernetes/audit-policy.yaml}, {name: audit-log-path, value: /var/log/kubernetes/audit/audit.log}, {name: audit-log-format, value: json}, {name: audit-log-maxage, value: "30"}, {name: audit-log-maxbackup, value: "10"}, {name: audit-log-maxsize, value: "100"}], extraVolumes: [{hostPath: /etc/kubernetes/audit-policy.yaml, mountPath: /etc/kubernetes/audit-policy.yaml, name: audit-policy, pathType: File, readOnly: true}, {hostPath: /var/log/kubernetes/audit, mountPath: /var/log/kubernetes/audit, name: audit-logs, pathType: DirectoryOrCreate}]}\n${restOfV1beta4}`,
    gone: ['apiServer: {certSANs: [localhost], extraArgs: []}'],
  },
  {
    name: 'JSON',
    before: `{"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration",
 "kubernetesVersion": "v1.36.3", "apiServer": {"extraArgs": [{"name": "audit-log-maxage", "value": "7"}],
 "extraVolumes": []}}
`,
    after: `{"apiVersion": "kubeadm.k8s.io/v1beta4", "kind": "ClusterConfiguration",
 "kubernetesVersion": "v1.36.3", "apiServer": {"extraArgs": [{"name": "audit-log-maxage", "value": "30"}, {"name": "audit-policy-file", "value": "/etc/kubernetes/audit-policy.yaml"}, {"name": "audit-log-path", "value": "/var/log/kubernetes/audit/audit.log"}, {"name": "audit-log-format", "value": "json"}, {"name": "audit-log-maxbackup", "value": "10"}, {"name": "audit-log-maxsize", "value": "100"}],
 "extraVolumes": [{"hostPath": "/etc/kubernetes/audit-policy.yaml", "mountPath": "/etc/kubernetes/audit-policy.yaml", "name": "audit-policy", "pathType": "File", "readOnly": true}, {"hostPath": "/var/log/kubernetes/audit", "mountPath": "/var/log/kubernetes/audit", "name": "audit-logs", "pathType": "DirectoryOrCreate"}]}}
`,
    gone: [
      ' "kubernetesVersion": "v1.36.3", "apiServer": {"extraArgs": [{"name": "audit-log-maxage", "value": "7"}],',
      ' "extraVolumes": []}}',
    ],
  },
  {
    name: 'comments everywhere',
    before: `# our cluster: do not touch
apiServer: # the front door
  # who may call it what
  certSANs: # names
  - localhost # at home
  extraArgs: # asked for by security
  # days
  - name: audit-log-maxage # at least 30
    # was 3 once
    value: "7" # too few
  # - name: audit-log-path
  #   value: /nowhere
  - name: v # how loud
    value: "2"
  - name: audit-log-maxage # again
    value: "8" # or so

  # what it sees
  extraVolumes: # of the host
  # the logs
  - name: audit-logs # our name
    hostPath: /logs # the large disk
    mountPath: /var/log/kubernetes/audit

# versions
${commentedRest}`,
    after: `# our cluster: do not touch
apiServer: # the front door
  # who may call it what
  certSANs: # names
  - localhost # at home
  extraArgs: # asked for by security
  # days
  - name: audit-log-maxage # at least 30
    # was 3 once
    value: "30" # too few
  # - name: audit-log-path
  #   value: /nowhere
  - name: v # how loud
    value: "2"
  # again
  # or so
  - name: audit-policy-file
    value: /etc/kubernetes/audit-policy.yaml
  - name: audit-log-path
    value: /var/log/kubernetes/audit/audit.log
  - name: audit-log-format
    value: json
  - name: audit-log-maxbackup
    value: "10"
  - name: audit-log-maxsize
    value: "100"

  # what it sees
  extraVolumes: # of the host
  # the logs
  - name: audit-logs # our name
    hostPath: /var/log/kubernetes/audit # the large disk
    mountPath: /var/log/kubernetes/audit
    pathType: DirectoryOrCreate
  - hostPath: /etc/kubernetes/audit-policy.yaml
    mountPath: /etc/kubernetes/audit-policy.yaml
    name: audit-policy
    pathType: File
    readOnly: true

# versions
${commentedRest}`,
    gone: [
      '    value: "7" # too few',
      '  - name: audit-log-maxage # again',
      '    value: "8" # or so',
      '    hostPath: /logs # the large disk',
    ],
  },
  {
    name: 'anchors and aliases elsewhere',
    before: `apiServer:
  certSANs: &names
  - localhost
  - &address 10.0.0.1
  extraArgs:
  - &loud
    name: v
    value: "4"
  - name: advertise-address
    value: *address
controllerManager:
  extraArgs:
  - *loud
${restOfV1beta4
  .replace('controllerManager: {}\n', '')
  .replace('  local:\n', '  local:\n    serverCertSANs: *names\n')}`,
    after: `apiServer:
  certSANs: &names
  - localhost
  - &address 10.0.0.1
  extraArgs:
  - &loud
    name: v
    value: "4"
  - name: advertise-address
    value: *address
${argumentList}  extraVolumes:
${volumes}controllerManager:
  extraArgs:
  - *loud
${restOfV1beta4
  .replace('controllerManager: {}\n', '')
  .replace('  local:\n', '  local:\n    serverCertSANs: *names\n')}`,
  },
  {
    name: 'anchors that nobody uses, and an alias of ours in place of a value',
    before: `apiServer: &front
  extraArgs: &flags
  - name: audit-log-maxage
    value: &days "30"
  - name: audit-log-maxbackup
    value: *days
${restOfV1beta4}`,
    after: `apiServer: &front
  extraArgs: &flags
  - name: audit-log-maxage
    value: &days "30"
  - name: audit-log-maxbackup
    value: "10"
  - name: audit-policy-file
    value: /etc/kubernetes/audit-policy.yaml
  - name: audit-log-path
    value: /var/log/kubernetes/audit/audit.log
  - name: audit-log-format
    value: json
  - name: audit-log-maxsize
    value: "100"
  extraVolumes:
${volumes}${restOfV1beta4}`,
    gone: ['    value: *days'],
  },
  {
    name: 'CRLF',
    before: crlf(`apiServer:\n  extraArgs:\n  - name: v\n    value: "4"\n${restOfV1beta4}`),
    after: crlf(
      `${whole.replace('extraArgs:\n', 'extraArgs:\n  - name: v\n    value: "4"\n')}${restOfV1beta4}`,
    ),
  },
  {
    name: 'no line end at the end',
    before: `${restOfV1beta4}apiServer: {}`,
    after: `${restOfV1beta4}${whole}`.trimEnd(),
    gone: ['apiServer: {}'],
  },
  {
    name: 'a document that begins and ends with marks',
    before: `---\napiServer: {}\n${restOfV1beta4}...\n`,
    after: `---\n${whole}${restOfV1beta4}...\n`,
    gone: ['apiServer: {}'],
  },
  {
    name: 'a comment in front of the mark, which kubeadm takes for a document in a file',
    before: `# kubectl get configmap, by hand\n---\napiServer: {}\n${restOfV1beta4}`,
    after: `# kubectl get configmap, by hand\n---\n${whole}${restOfV1beta4}`,
    gone: ['apiServer: {}'],
    refusal: 'kind and apiVersion is mandatory information that must be specified',
  },
  {
    name: 'other indentation',
    before: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
apiServer:
    certSANs:
        - localhost
    extraArgs:
        -   name: v
            value: "4"
etcd:
    local:
        dataDir: /var/lib/etcd
`,
    after: `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
apiServer:
    certSANs:
        - localhost
    extraArgs:
        -   name: v
            value: "4"
${argumentList.replaceAll(/^/gm, '      ').trimEnd()}
    extraVolumes:
${volumes.replaceAll(/^/gm, '      ').trimEnd()}
etcd:
    local:
        dataDir: /var/lib/etcd
`,
  },
  {
    name: 'texts of several lines, and letters of the world',
    before: `apiServer:
  extraArgs:
  - name: tls-cipher-suites
    value: >-
      TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384
  # größer, 大きい
  - name: audit-log-path
    value: |- # too near
      /var/log/audit.log
  - name: oidc-username-prefix
    value: 'ü: #'
${restOfV1beta4}`,
    after: `apiServer:
  extraArgs:
  - name: tls-cipher-suites
    value: >-
      TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384
  # größer, 大きい
  - name: audit-log-path
    value: /var/log/kubernetes/audit/audit.log # too near
  - name: oidc-username-prefix
    value: 'ü: #'
  - name: audit-policy-file
    value: /etc/kubernetes/audit-policy.yaml
  - name: audit-log-format
    value: json
  - name: audit-log-maxage
    value: "30"
  - name: audit-log-maxbackup
    value: "10"
  - name: audit-log-maxsize
    value: "100"
  extraVolumes:
${volumes}${restOfV1beta4}`,
    gone: ['    value: |- # too near', '      /var/log/audit.log'],
  },
]
