import { argumentList, logVolume, policyVolume, restOfV1beta4, volumes } from './stored-configuration.ts'
import type { StoredConfiguration } from './stored-configuration.ts'

/** A configuration with this apiserver, as kubeadm stores it. */
function stored(apiServer: string): string {
  return apiServer + restOfV1beta4
}

/** The apiserver's section with all wanted settings and nothing else. */
const whole = `apiServer:
  extraArgs:
${argumentList}  extraVolumes:
${volumes}`

/** Other components that have flags and volumes with the wanted names. */
const restOfLargeCluster = `apiVersion: kubeadm.k8s.io/v1beta4
certificatesDir: /etc/kubernetes/pki
clusterName: prod
controlPlaneEndpoint: 10.0.0.10:6443
controllerManager:
  extraArgs:
  - name: audit-log-maxage
    value: "7"
  - name: bind-address
    value: 0.0.0.0
  extraVolumes:
  - hostPath: /var/log/kubernetes/audit
    mountPath: /logs
    name: audit-logs
dns:
  imageTag: v1.12.0
etcd:
  external:
    caFile: /etc/kubernetes/pki/etcd/ca.crt
    certFile: /etc/kubernetes/pki/apiserver-etcd-client.crt
    endpoints:
    - https://10.0.0.21:2379
    - https://10.0.0.22:2379
    keyFile: /etc/kubernetes/pki/apiserver-etcd-client.key
imageRepository: registry.example.org/k8s
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12,fd00::/108
scheduler:
  extraArgs:
  - name: bind-address
    value: 0.0.0.0
`

/** {@link whole} with one part replaced. */
function wholeBut(part: string, other: string): string {
  if (!whole.includes(part)) throw new Error(`not there: ${part}`)
  return stored(whole.replace(part, () => other))
}

export const v1beta4: readonly StoredConfiguration[] = [
  {
    name: 'v1beta4 as kubeadm init leaves it',
    before: stored('apiServer: {}\n'),
    after: stored(whole),
    gone: ['apiServer: {}'],
    differences: [
      'flag --audit-policy-file is missing from apiServer.extraArgs, should be /etc/kubernetes/audit-policy.yaml',
      'flag --audit-log-path is missing from apiServer.extraArgs, should be /var/log/kubernetes/audit/audit.log',
      'flag --audit-log-format is missing from apiServer.extraArgs, should be json',
      'flag --audit-log-maxage is missing from apiServer.extraArgs, should be 30',
      'flag --audit-log-maxbackup is missing from apiServer.extraArgs, should be 10',
      'flag --audit-log-maxsize is missing from apiServer.extraArgs, should be 100',
      'volume audit-policy is missing from apiServer.extraVolumes',
      'volume audit-logs is missing from apiServer.extraVolumes',
    ],
  },
  {
    name: 'v1beta4 with names in the certificate only',
    before: stored('apiServer:\n  certSANs:\n  - localhost\n  - 10.0.0.1\n'),
    after: stored(whole.replace('\n', '\n  certSANs:\n  - localhost\n  - 10.0.0.1\n')),
  },
  { name: 'v1beta4 with all of it', before: stored(whole) },
  {
    name: 'v1beta4 with all of it, in another order and spelling',
    before: stored(`apiServer:
  extraVolumes:
  - name: "audit-logs"
    hostPath: /var/log/kubernetes/audit/
    mountPath: '/var/log//kubernetes/audit'
    readOnly: false
    pathType: DirectoryOrCreate
  - {name: audit-policy, readOnly: yes, pathType: File,
     hostPath: /etc/kubernetes/audit-policy.yaml, mountPath: /etc/kubernetes/audit-policy.yaml}
  extraArgs:
  - {name: audit-log-maxsize, value: '100'}
  - value: '30'
    name: audit-log-maxage
  - name: v
    value: "2"
  - name: audit-log-maxbackup
    value: >-
      10
  - {"name": "audit-log-format", "value": json}
  - name: audit-log-path
    value: "/var/log/kubernetes/audit/audit.log"
  - name: audit-policy-file
    value: /etc/kubernetes/audit-policy.yaml
`),
  },
  {
    name: 'v1beta4 with flags, variables and volumes of others',
    before: stored(`apiServer:
  certSANs:
  - api.example.org
  extraArgs:
  - name: oidc-issuer-url
    value: https://accounts.example.org
  - name: feature-gates
    value: A=true,B=false
  - name: audit-webhook-config-file
    value: /etc/kubernetes/webhook.yaml
  extraEnvs:
  - name: TZ
    value: UTC
  extraVolumes:
  - hostPath: /etc/kubernetes/webhook.yaml
    mountPath: /etc/kubernetes/webhook.yaml
    name: webhook
    readOnly: true
  - hostPath: /etc/kubernetes/encryption
    mountPath: /etc/kubernetes/encryption
    name: encryption
    pathType: Directory
`),
    after: stored(`apiServer:
  certSANs:
  - api.example.org
  extraArgs:
  - name: oidc-issuer-url
    value: https://accounts.example.org
  - name: feature-gates
    value: A=true,B=false
  - name: audit-webhook-config-file
    value: /etc/kubernetes/webhook.yaml
${argumentList}  extraEnvs:
  - name: TZ
    value: UTC
  extraVolumes:
  - hostPath: /etc/kubernetes/webhook.yaml
    mountPath: /etc/kubernetes/webhook.yaml
    name: webhook
    readOnly: true
  - hostPath: /etc/kubernetes/encryption
    mountPath: /etc/kubernetes/encryption
    name: encryption
    pathType: Directory
${volumes}`),
  },
  {
    name: 'v1beta4 with other values',
    before: wholeBut('"30"', '"7"')
      .replace('/audit/audit.log', '/apiserver/audit.log')
      .replace('value: json', 'value: legacy'),
    after: stored(whole),
    gone: ['    value: /var/log/kubernetes/apiserver/audit.log', '    value: legacy', '    value: "7"'],
    differences: [
      'flag --audit-log-path is /var/log/kubernetes/apiserver/audit.log in apiServer.extraArgs, should be /var/log/kubernetes/audit/audit.log',
      'flag --audit-log-format is legacy in apiServer.extraArgs, should be json',
      'flag --audit-log-maxage is 7 in apiServer.extraArgs, should be 30',
    ],
  },
  {
    name: 'v1beta4 with flags that stand several times, ours and others',
    before: wholeBut(
      '  extraVolumes:',
      `  - name: service-account-issuer
    value: https://new.example.org
  - name: audit-log-maxage
    value: "7"
  - name: service-account-issuer
    value: https://old.example.org
  - name: audit-log-format
    value: json
  - name: audit-log-maxage
    value: "30"
  extraVolumes:`,
    ),
    after: wholeBut(
      '  extraVolumes:',
      `  - name: service-account-issuer
    value: https://new.example.org
  - name: service-account-issuer
    value: https://old.example.org
  extraVolumes:`,
    ),
    gone: [
      '  - name: audit-log-maxage',
      '    value: "7"',
      '  - name: audit-log-format',
      '    value: json',
      '  - name: audit-log-maxage',
      '    value: "30"',
    ],
    differences: [
      'flag --audit-log-format is set twice in apiServer.extraArgs (json, json), should be json once',
      'flag --audit-log-maxage is set 3 times in apiServer.extraArgs (30, 7, 30), should be 30 once',
    ],
  },
  {
    name: 'v1beta4 with a right one behind a wrong one',
    before: wholeBut(
      '  - name: audit-log-path',
      '  - name: audit-log-maxsize\n    value: "1"\n  - name: audit-log-path',
    ),
    after: stored(whole),
    gone: ['  - name: audit-log-maxsize', '    value: "1"'],
    differences: [
      'flag --audit-log-maxsize is set twice in apiServer.extraArgs (1, 100), should be 100 once',
    ],
  },
  {
    name: 'v1beta4 with underscores, with dashes in front, and with the value in the name',
    before: wholeBut('name: audit-log-path', 'name: audit_log_path')
      .replace('name: audit-log-maxage', 'name: --audit-log-maxage')
      .replace('name: audit-log-maxsize\n    value: "100"', 'name: audit-log-maxsize=100\n    value: ""')
      .replace('name: audit-log-format', 'name: "audit-log_format"'),
    after: wholeBut('name: audit-log-format', 'name: "audit-log-format"'),
    gone: [
      '  - name: audit_log_path',
      '  - name: "audit-log_format"',
      '  - name: --audit-log-maxage',
      '  - name: audit-log-maxsize=100',
      '    value: ""',
    ],
    differences: [
      'flag --audit-log-path is written as audit_log_path in apiServer.extraArgs',
      'flag --audit-log-format is written as audit-log_format in apiServer.extraArgs',
      'flag --audit-log-maxage is written as --audit-log-maxage in apiServer.extraArgs',
      'flag --audit-log-maxsize is written as audit-log-maxsize=100 in apiServer.extraArgs',
      'flag --audit-log-maxsize is "" in apiServer.extraArgs, should be 100',
    ],
  },
  {
    name: 'v1beta4 with numbers without quotes, which kubeadm does not read',
    before: wholeBut('"30"', '30').replace('"10"', '7 # a week'),
    after: wholeBut('"10"', '"10" # a week'),
    gone: ['    value: 30', '    value: 7 # a week'],
    differences: [
      'flag --audit-log-maxage is not a string in apiServer.extraArgs',
      'flag --audit-log-maxbackup is 7 in apiServer.extraArgs, should be 10',
    ],
  },
  {
    name: 'v1beta4 with arguments that have no value',
    before: wholeBut('\n    value: "30"', '').replace(' "10"', '').replace('"100"', '~ # all'),
    after: wholeBut('"100"', '"100" # all'),
    gone: ['    value:', '    value: ~ # all'],
    differences: [
      'flag --audit-log-maxage is "" in apiServer.extraArgs, should be 30',
      'flag --audit-log-maxbackup is "" in apiServer.extraArgs, should be 10',
      'flag --audit-log-maxsize is "" in apiServer.extraArgs, should be 100',
    ],
  },
  {
    name: "v1beta4 with the volumes of Kubernetes' documentation",
    before: wholeBut('name: audit-policy\n', 'name: audit\n').replace(
      'name: audit-logs\n',
      'name: audit-log\n',
    ),
    after: stored(whole),
    gone: ['    name: audit', '    name: audit-log'],
    differences: [
      'volume audit-policy in apiServer.extraVolumes: name is audit, should be audit-policy',
      'volume audit-logs in apiServer.extraVolumes: name is audit-log, should be audit-logs',
    ],
  },
  {
    name: 'v1beta4 with our volumes at other places',
    before: wholeBut(
      policyVolume,
      policyVolume.replaceAll('/etc/kubernetes', '/etc/kubernetes/audit'),
    ).replace('mountPath: /var/log/kubernetes/audit', 'mountPath: /var/log/apiserver'),
    after: stored(whole),
    gone: [
      '  - hostPath: /etc/kubernetes/audit/audit-policy.yaml',
      '    mountPath: /etc/kubernetes/audit/audit-policy.yaml',
      '    mountPath: /var/log/apiserver',
    ],
    differences: [
      'volume audit-policy in apiServer.extraVolumes: hostPath is /etc/kubernetes/audit/audit-policy.yaml, should be /etc/kubernetes/audit-policy.yaml',
      'volume audit-policy in apiServer.extraVolumes: mountPath is /etc/kubernetes/audit/audit-policy.yaml, should be /etc/kubernetes/audit-policy.yaml',
      'volume audit-logs in apiServer.extraVolumes: mountPath is /var/log/apiserver, should be /var/log/kubernetes/audit',
    ],
  },
  {
    name: 'v1beta4 with volumes that are written otherwise than they should be',
    before: wholeBut('    pathType: File\n    readOnly: true\n', '').replace(
      'DirectoryOrCreate\n',
      'Directory\n    readOnly: true\n',
    ),
    after: wholeBut('DirectoryOrCreate\n', 'DirectoryOrCreate\n    readOnly: false\n'),
    gone: ['    pathType: Directory', '    readOnly: true'],
    differences: [
      'volume audit-policy in apiServer.extraVolumes: pathType is not set, should be File',
      'volume audit-policy in apiServer.extraVolumes: readOnly is not set, should be true',
      'volume audit-logs in apiServer.extraVolumes: pathType is Directory, should be DirectoryOrCreate',
      'volume audit-logs in apiServer.extraVolumes: readOnly is true, should be false',
    ],
  },
  {
    name: 'v1beta4 with the same path of the host twice, and one mount path twice',
    before: wholeBut(
      '  extraVolumes:\n',
      `  extraVolumes:
  - hostPath: /var/log/kubernetes/audit/
    mountPath: /logs
    name: logs
  - hostPath: /srv/policy.yaml
    mountPath: /etc/kubernetes/audit-policy.yaml
    name: policy
  - hostPath: /srv/data
    mountPath: /srv/data
    name: data
`,
    ),
    after: wholeBut(
      '  extraVolumes:\n',
      `  extraVolumes:
  - hostPath: /srv/data
    mountPath: /srv/data
    name: data
`,
    ),
    gone: [
      '  - hostPath: /var/log/kubernetes/audit/',
      '    mountPath: /logs',
      '    name: logs',
      '  - hostPath: /srv/policy.yaml',
      '    mountPath: /etc/kubernetes/audit-policy.yaml',
      '    name: policy',
    ],
    differences: [
      'volume policy in apiServer.extraVolumes has the same mount path as volume audit-policy',
      'volume logs in apiServer.extraVolumes has the same host path as volume audit-logs',
    ],
  },
  {
    name: 'v1beta4 with a volume of ours twice',
    before: stored(`${whole}${logVolume.replaceAll('/audit', '/old')}`),
    after: stored(whole),
    gone: [
      '  - hostPath: /var/log/kubernetes/old',
      '    mountPath: /var/log/kubernetes/old',
      '    name: audit-logs',
      '    pathType: DirectoryOrCreate',
    ],
    differences: ['volume audit-logs is in apiServer.extraVolumes more than once'],
  },
  {
    name: 'v1beta4 with names that are crossed',
    before: wholeBut('name: audit-policy\n', 'name: x\n')
      .replace('name: audit-logs\n', 'name: audit-policy\n')
      .replace('name: x\n', 'name: audit-logs\n'),
    after: stored(whole),
    gone: ['    name: audit-logs', '    name: audit-policy'],
  },
  {
    name: 'v1beta4 with a mount of the log file alone',
    before: wholeBut(
      logVolume,
      `  - hostPath: /var/log/kubernetes/audit/audit.log
    mountPath: /var/log/kubernetes/audit/audit.log
    name: audit-log
    pathType: FileOrCreate
`,
    ),
    after: stored(whole),
    gone: [
      '  - hostPath: /var/log/kubernetes/audit/audit.log',
      '    mountPath: /var/log/kubernetes/audit/audit.log',
      '    name: audit-log',
      '    pathType: FileOrCreate',
    ],
  },
  {
    name: 'v1beta4 with a mount of the log file beside its directory',
    before: stored(`${whole}  - hostPath: /srv/audit.log
    mountPath: /var/log/kubernetes/audit/audit.log
    name: log
`),
    after: stored(whole),
    gone: [
      '  - hostPath: /srv/audit.log',
      '    mountPath: /var/log/kubernetes/audit/audit.log',
      '    name: log',
    ],
    differences: ['volume log in apiServer.extraVolumes mounts a file that is already in volume audit-logs'],
  },
  {
    name: 'v1beta4 with an external etcd and settings of every component',
    before: whole.replace('"100"', '"200"') + restOfLargeCluster,
    after: whole + restOfLargeCluster,
    gone: ['    value: "200"'],
  },
]
