import {
  argumentMap,
  logVolume,
  policyVolume,
  restOfV1beta2,
  restOfV1beta3,
  volumes,
} from './stored-configuration.ts'
import type { StoredConfiguration } from './stored-configuration.ts'

/** A configuration with this apiserver, as kubeadm v1.29 stores it. */
function stored(apiServer: string): string {
  return apiServer + restOfV1beta3
}

/** The apiserver's section with all wanted settings, after an edit of what kubeadm v1.29 stored. */
const whole = `apiServer:
  extraArgs:
    authorization-mode: Node,RBAC
${argumentMap}  timeoutForControlPlane: 4m0s
  extraVolumes:
${volumes}`

/** {@link whole} with one part replaced. */
function wholeBut(part: string, other: string): string {
  if (!whole.includes(part)) throw new Error(`not there: ${part}`)
  return stored(whole.replace(part, () => other))
}

/** Configurations whose arguments are a mapping: v1beta3 and v1beta2. */
export const older: readonly StoredConfiguration[] = [
  {
    name: 'v1beta3 as kubeadm init leaves it',
    before: stored(`apiServer:
  extraArgs:
    authorization-mode: Node,RBAC
  timeoutForControlPlane: 4m0s
`),
    after: stored(whole),
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
  { name: 'v1beta3 with all of it', before: stored(whole) },
  {
    name: 'v1beta3 with all of it, in another order and spelling',
    before: stored(`apiServer:
  extraVolumes:
${logVolume}${policyVolume}  extraArgs:
    audit-log-maxage: '30'
    "audit-log-maxbackup": '10'
    audit-log-maxsize: |-
      100
    audit-policy-file: "/etc/kubernetes/audit-policy.yaml"
    audit-log-path: /var/log/kubernetes/audit/audit.log
    audit-log-format: "json" # as ever
`),
  },
  {
    name: 'v1beta3 with other values, and flags of others',
    before: wholeBut(
      argumentMap,
      `    audit-log-maxage: "7"
    audit-log-path: '/var/log/audit.log' # too near
    audit-webhook-mode: batch
    v: "4"
`,
    ),
    after: wholeBut(
      argumentMap,
      `    audit-log-maxage: "30"
    audit-log-path: '/var/log/kubernetes/audit/audit.log' # too near
    audit-webhook-mode: batch
    v: "4"
    audit-policy-file: /etc/kubernetes/audit-policy.yaml
    audit-log-format: json
    audit-log-maxbackup: "10"
    audit-log-maxsize: "100"
`,
    ),
    gone: ['    audit-log-maxage: "7"', "    audit-log-path: '/var/log/audit.log' # too near"],
  },
  {
    name: 'v1beta3 with underscores beside the right one and alone, and with dashes',
    before: wholeBut(
      argumentMap,
      `    audit_log_maxage: "7"
${argumentMap.replace('audit-log-format', 'audit_log_format').replace('audit-log-path', '--audit-log-path')}`,
    ),
    after: wholeBut(
      argumentMap,
      `    audit-policy-file: /etc/kubernetes/audit-policy.yaml
    audit-log-maxage: "30"
    audit-log-maxbackup: "10"
    audit-log-maxsize: "100"
    audit-log-path: /var/log/kubernetes/audit/audit.log
    audit-log-format: json
`,
    ),
    gone: [
      '    audit_log_maxage: "7"',
      '    --audit-log-path: /var/log/kubernetes/audit/audit.log',
      '    audit_log_format: json',
    ],
    differences: [
      'flag --audit-log-path is written as --audit-log-path in apiServer.extraArgs',
      'flag --audit-log-format is written as audit_log_format in apiServer.extraArgs',
      'flag --audit-log-maxage is set twice in apiServer.extraArgs (7, 30), should be 30 once',
    ],
  },
  {
    name: 'v1beta3 with one flag only, in another spelling',
    before: stored('apiServer:\n  extraArgs:\n    # how long\n    audit_log_maxage: "30" # days\n'),
    after: stored(
      `apiServer:
  extraArgs:
    # how long
    # days
    audit-policy-file: /etc/kubernetes/audit-policy.yaml
    audit-log-path: /var/log/kubernetes/audit/audit.log
    audit-log-format: json
    audit-log-maxage: "30"
    audit-log-maxbackup: "10"
    audit-log-maxsize: "100"
  extraVolumes:
${volumes}`,
    ),
    gone: ['    audit_log_maxage: "30" # days'],
  },
  {
    name: 'v1beta3 with numbers, a boolean and nothing, without quotes',
    before: wholeBut('"30"', '30').replace('"10"', 'yes').replace(' "100"', '').replace('json', 'null'),
    after: stored(whole),
    gone: [
      '    audit-log-format: null',
      '    audit-log-maxage: 30',
      '    audit-log-maxbackup: yes',
      '    audit-log-maxsize:',
    ],
    differences: [
      'flag --audit-log-format is "" in apiServer.extraArgs, should be json',
      'flag --audit-log-maxage is not a string in apiServer.extraArgs',
      'flag --audit-log-maxbackup is true in apiServer.extraArgs, should be 10',
      'flag --audit-log-maxsize is "" in apiServer.extraArgs, should be 100',
    ],
  },
  {
    name: 'v1beta3 with braces',
    before: stored(`apiServer:
  extraArgs: {audit-log-maxage: "7", v: "4"} # short
  extraVolumes: [{name: audit-logs, hostPath: /logs, mountPath: /var/log/kubernetes/audit}]
`),
    after: stored(`apiServer:
  extraArgs: {audit-log-maxage: "30", v: "4", audit-policy-file: /etc/kubernetes/audit-policy.yaml, audit-log-path: /var/log/kubernetes/audit/audit.log, audit-log-format: json, audit-log-maxbackup: "10", audit-log-maxsize: "100"} # short
  extraVolumes: [{name: audit-logs, hostPath: /var/log/kubernetes/audit, mountPath: /var/log/kubernetes/audit, pathType: DirectoryOrCreate}, {hostPath: /etc/kubernetes/audit-policy.yaml, mountPath: /etc/kubernetes/audit-policy.yaml, name: audit-policy, pathType: File, readOnly: true}]
`),
    gone: [
      '  extraArgs: {audit-log-maxage: "7", v: "4"} # short',
      '  extraVolumes: [{name: audit-logs, hostPath: /logs, mountPath: /var/log/kubernetes/audit}]',
    ],
  },
  {
    name: 'v1beta3 with empty braces and brackets',
    before: stored('apiServer:\n  extraArgs: {}\n  extraVolumes: [ ] # none\n'),
    after: stored(`apiServer:
  extraArgs:
${argumentMap}  extraVolumes: # none
${volumes}`),
    gone: ['  extraArgs: {}', '  extraVolumes: [ ] # none'],
  },
  {
    name: 'v1beta3 with what an anchor elsewhere merges',
    before: `${restOfV1beta3.replace(
      'controllerManager: {}',
      `controllerManager:
  extraArgs: &verbose
    v: "4"
    profiling: "false"`,
    )}apiServer:
  extraArgs:
    <<: *verbose
    audit-log-maxage: "1"
`,
    after: `${restOfV1beta3.replace(
      'controllerManager: {}',
      `controllerManager:
  extraArgs: &verbose
    v: "4"
    profiling: "false"`,
    )}apiServer:
  extraArgs:
    <<: *verbose
    audit-log-maxage: "30"
    audit-policy-file: /etc/kubernetes/audit-policy.yaml
    audit-log-path: /var/log/kubernetes/audit/audit.log
    audit-log-format: json
    audit-log-maxbackup: "10"
    audit-log-maxsize: "100"
  extraVolumes:
${volumes}`,
    gone: ['    audit-log-maxage: "1"'],
  },
  {
    name: 'v1beta2 as kubeadm init leaves it',
    before: `apiServer:
  extraArgs:
    authorization-mode: Node,RBAC
  timeoutForControlPlane: 4m0s
${restOfV1beta2}`,
    after: whole + restOfV1beta2,
  },
  {
    name: 'v1beta2 with flags and volumes of others, and ours of long ago',
    before: `apiServer:
  extraArgs:
    audit-log-maxage: "2"
    audit-log-path: /var/log/apiserver/audit.log
    audit-policy-file: /etc/kubernetes/audit/policy.yaml
    enable-admission-plugins: NodeRestriction,PodSecurityPolicy
  extraVolumes:
  - hostPath: /etc/kubernetes/audit/policy.yaml
    mountPath: /etc/kubernetes/audit/policy.yaml
    name: audit-policy
    pathType: File
    readOnly: true
  - hostPath: /var/log/apiserver
    mountPath: /var/log/apiserver
    name: old-logs
  timeoutForControlPlane: 4m0s
${restOfV1beta2}`,
    after: `apiServer:
  extraArgs:
    audit-log-maxage: "30"
    audit-log-path: /var/log/kubernetes/audit/audit.log
    audit-policy-file: /etc/kubernetes/audit-policy.yaml
    enable-admission-plugins: NodeRestriction,PodSecurityPolicy
    audit-log-format: json
    audit-log-maxbackup: "10"
    audit-log-maxsize: "100"
  extraVolumes:
  - hostPath: /etc/kubernetes/audit-policy.yaml
    mountPath: /etc/kubernetes/audit-policy.yaml
    name: audit-policy
    pathType: File
    readOnly: true
  - hostPath: /var/log/apiserver
    mountPath: /var/log/apiserver
    name: old-logs
${logVolume}  timeoutForControlPlane: 4m0s
${restOfV1beta2}`,
    gone: [
      '    audit-log-maxage: "2"',
      '    audit-log-path: /var/log/apiserver/audit.log',
      '    audit-policy-file: /etc/kubernetes/audit/policy.yaml',
      '  - hostPath: /etc/kubernetes/audit/policy.yaml',
      '    mountPath: /etc/kubernetes/audit/policy.yaml',
    ],
  },
  {
    name: 'v1beta2 with a null apiserver',
    before: `apiServer: ~ # as it comes\n${restOfV1beta2}`,
    after: `apiServer: # as it comes
  extraArgs:
${argumentMap}  extraVolumes:
${volumes}${restOfV1beta2}`,
    gone: ['apiServer: ~ # as it comes'],
  },
]
