import { describe, expect, test } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import type { ErrorPlace } from '../../src/error.ts'
import {
  describeConfigurationDifferences,
  editClusterConfiguration,
  readClusterConfiguration,
} from '../../src/kubeadm/cluster-configuration.ts'
import { restOfV1beta2, restOfV1beta3, restOfV1beta4 } from './stored-configuration.ts'
import { place, settings } from './wanted.ts'

describe('readClusterConfiguration', () => {
  test('v1beta4: a list, in its order, with repeated names', () => {
    const text = `apiServer:
  extraArgs:
  - name: v
    value: "4"
  - name: v
  - name: audit_log_maxage
    value: 7
  extraVolumes:
  - name: data
    hostPath: /data
    mountPath: /mnt
    readOnly: true
    pathType: Directory
  - {name: bare, hostPath: /bare}
${restOfV1beta4}`
    expect(readClusterConfiguration(text, place)).toEqual({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kubernetesVersion: 'v1.36.3',
      extraArgs: [
        { name: 'v', value: '4' },
        { name: 'v', value: '' },
        { name: 'audit_log_maxage', value: '7' },
      ],
      extraVolumes: [
        { name: 'data', hostPath: '/data', mountPath: '/mnt', readOnly: true, pathType: 'Directory' },
        { name: 'bare', hostPath: '/bare', mountPath: '', readOnly: false, pathType: '' },
      ],
    })
  })

  test.each([
    ['v1beta2', restOfV1beta2, 'v1.21.14'],
    ['v1beta3', restOfV1beta3, 'v1.29.4'],
  ])('%s: a mapping', (version, rest, kubernetesVersion) => {
    const text = `apiServer: {extraArgs: {v: "4", audit-log-path: ~}}\n${rest}`
    expect(readClusterConfiguration(text, place)).toEqual({
      apiVersion: `kubeadm.k8s.io/${version}`,
      kubernetesVersion,
      extraArgs: [
        { name: 'v', value: '4' },
        { name: 'audit-log-path', value: '' },
      ],
      extraVolumes: [],
    })
  })

  test.each(['', 'apiServer:\n', 'apiServer: {}\n', 'apiServer: {extraArgs: ~, extraVolumes: []}\n'])(
    'nothing is there: %j',
    (apiServer) => {
      const text = `kind: ClusterConfiguration\napiVersion: kubeadm.k8s.io/v1beta4\n${apiServer}`
      expect(readClusterConfiguration(text, place)).toEqual({
        apiVersion: 'kubeadm.k8s.io/v1beta4',
        kubernetesVersion: undefined,
        extraArgs: [],
        extraVolumes: [],
      })
    },
  )
})

const head = 'kind: ClusterConfiguration\napiVersion: kubeadm.k8s.io/v1beta4\n'

/** The name, the text, the place of the error, and words of its what, why and remedy. */
const refused: readonly (readonly [string, string, ErrorPlace, readonly string[]])[] = [
  [
    'broken YAML',
    `${head}apiServer:\n  extraArgs: [\n`,
    { line: 5, column: 1 },
    ['is not YAML', 'kubectl --namespace kube-system edit configmap kubeadm-config'],
  ],
  ['a key twice', `${head}kind: ClusterConfiguration\n`, { line: 3, column: 1 }, ['is not YAML', 'unique']],
  ['broken JSON', '{kind: ClusterConfiguration}', {}, ['is not JSON', 'so kubeadm reads it as JSON']],
  ['nothing', '# nothing\n', {}, ['is empty', 'upload-config kubeadm']],
  ['a list', '- a\n', {}, ['is not a ClusterConfiguration', 'not a mapping']],
  [
    'two documents',
    `${head}---\nkind: InitConfiguration\n`,
    { line: 4, column: 1 },
    ['several YAML documents', 'Leave only the ClusterConfiguration in it'],
  ],
  [
    'another kind',
    'kind: InitConfiguration\napiVersion: kubeadm.k8s.io/v1beta4\n',
    { line: 1, column: 7 },
    ['is not a valid ClusterConfiguration', 'kind: Invalid input: expected "ClusterConfiguration"'],
  ],
  ['no kind', 'apiVersion: kubeadm.k8s.io/v1beta4\n', { line: 1, column: 1 }, ['is not a valid', 'kind: ']],
  ...['v1alpha3', 'v1beta1', 'v1beta5', 'v1'].map(
    (version) =>
      [
        version,
        `kind: ClusterConfiguration\napiVersion: kubeadm.k8s.io/${version}\napiServer: {extraArgs: 7}\n`,
        { line: 2, column: 13 },
        [
          'has an apiVersion that planewright does not know',
          `Its apiVersion is kubeadm.k8s.io/${version}. planewright knows kubeadm.k8s.io/v1beta2, `,
          'audit_kubeadm_config: false',
        ],
      ] as const,
  ),
  [
    'another group',
    'kind: ClusterConfiguration\napiVersion: v1beta4\n',
    { line: 2, column: 13 },
    ['Its apiVersion is v1beta4.'],
  ],
  [
    'no apiVersion',
    'kind: ClusterConfiguration\n',
    { line: 1, column: 1 },
    ['Its apiVersion is missing. planewright knows'],
  ],
  [
    'a number for an apiVersion',
    'kind: ClusterConfiguration\napiVersion: 1\n',
    { line: 2, column: 13 },
    ['Its apiVersion is 1.'],
  ],
  [
    'a mapping where v1beta4 has a list',
    `${head}apiServer:\n  extraArgs: {v: "4"}\n`,
    { line: 4, column: 14 },
    ['apiServer.extraArgs: has to be a list of names and values in this apiVersion'],
  ],
  [
    'a list where v1beta3 has a mapping',
    `${head.replace('beta4', 'beta3')}apiServer:\n  extraArgs:\n  - name: v\n    value: "4"\n`,
    { line: 5, column: 3 },
    ['apiServer.extraArgs: has to be a mapping of flags to values in this apiVersion'],
  ],
  [
    'text for arguments',
    `${head}apiServer: {extraArgs: v=4}\n`,
    { line: 3, column: 24 },
    ['has to be a list of names'],
  ],
  [
    'text for an argument',
    `${head}apiServer:\n  extraArgs:\n  - name: v\n    value: "4"\n  - --audit-log-path=/x\n`,
    { line: 7, column: 5 },
    ['apiServer.extraArgs[1]: Invalid input: expected object, received string'],
  ],
  [
    'an argument without a name',
    `${head}apiServer:\n  extraArgs:\n  - value: "4"\n`,
    { line: 5, column: 5 },
    ['apiServer.extraArgs[0].name: Invalid input: expected string'],
  ],
  [
    'a list for a value',
    `${head}apiServer:\n  extraArgs:\n  - name: v\n    value: ["4"]\n`,
    { line: 6, column: 12 },
    ['apiServer.extraArgs[0].value: has to be a string'],
  ],
  [
    'text for the apiserver',
    `${head}apiServer: none\n`,
    { line: 3, column: 12 },
    ['apiServer: Invalid input'],
  ],
  [
    'a mapping for volumes',
    `${head}apiServer:\n  extraVolumes:\n    data: /data\n`,
    { line: 5, column: 5 },
    ['apiServer.extraVolumes: Invalid input: expected array'],
  ],
  [
    'a volume that is half a truth',
    `${head}apiServer:\n  extraVolumes:\n  - name: data\n    readOnly: "yes"\n`,
    { line: 6, column: 15 },
    ['apiServer.extraVolumes[0].readOnly: Invalid input: expected boolean'],
  ],
  ['an alias of nothing', `${head}apiServer: *nothing\n`, {}, ['cannot be resolved', 'without aliases']],
]

/** Configurations that planewright can read but not edit. */
const uneditable: typeof refused = [
  [
    'an alias for the arguments',
    `${head}controllerManager:
  extraArgs: &common
  - name: v
    value: "4"
apiServer:
  extraArgs: *common
`,
    { line: 8, column: 14 },
    ['cannot be edited safely at apiServer.extraArgs', 'It is the alias *common of another place.'],
  ],
  [
    'arguments that are an alias elsewhere',
    `${head}apiServer:
  extraArgs: &common
  - name: v
    value: "4"
controllerManager:
  extraArgs: *common
`,
    { line: 5, column: 3 },
    ['cannot be edited safely at apiServer.extraArgs', 'Its anchor &common is used elsewhere'],
  ],
  [
    'a wrong value that others use as well',
    `${head}apiServer:
  extraArgs:
  - name: audit-log-maxage
    value: &days "7"
  - name: event-ttl
    value: *days
`,
    { line: 6, column: 18 },
    ['cannot be edited safely at apiServer.extraArgs.0.value', 'Its anchor &days is used elsewhere'],
  ],
  [
    'a merged flag that would have to go',
    `${head.replace('beta4', 'beta3')}controllerManager:
  extraArgs: &common {audit_log_maxage: "7"}
apiServer:
  extraArgs:
    <<: *common
`,
    {},
    ['cannot be edited at apiServer.extraArgs.audit_log_maxage', 'The value comes from a merge key'],
  ],
]

function thrownBy(action: () => unknown): PlanewrightError {
  try {
    action()
  } catch (error) {
    if (error instanceof PlanewrightError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

function expectRefusal(error: PlanewrightError, where: ErrorPlace, words: readonly string[]): void {
  expect(error.code).toBe('kubeadm-config')
  expect(error.where).toEqual({ ...place, ...where })
  expect(error.message).toMatch(/^the stored kubeadm configuration /)
  const said = [error.message, error.why, error.remedy].join('\n')
  for (const part of words) expect(said).toContain(part)
  expect(error.why).toMatch(/\S/)
  expect(error.remedy).toMatch(/\S/)
}

describe('a configuration is refused', () => {
  test.each(refused)('%s', (_, text, where, words) => {
    const actions = [
      () => readClusterConfiguration(text, place),
      () => editClusterConfiguration(text, settings, place),
      () => describeConfigurationDifferences(text, settings, place),
    ]
    for (const action of actions) expectRefusal(thrownBy(action), where, words)
  })

  test.each(uneditable)('no edit: %s', (_, text, where, words) => {
    expect(readClusterConfiguration(text, place).extraArgs.length).toBeGreaterThan(0)
    expect(describeConfigurationDifferences(text, settings, place).length).toBeGreaterThan(0)
    expectRefusal(
      thrownBy(() => editClusterConfiguration(text, settings, place)),
      where,
      words,
    )
  })
})
