import { describe, expect, test } from 'vitest'
import { decide, isLoggedAtResponseComplete } from '../../src/policy/decide.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { chooseProofRequest } from '../../src/policy/probe.ts'
import { describeRequest } from '../../src/policy/request.ts'
import { SPEC_POLICY } from './spec-policy.ts'

const ADMIN = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] }

const policy = (...rules: readonly string[]): string =>
  `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${rules.map((rule) => `- {${rule}}\n`).join('')}`

const choose = (text: string, identity = ADMIN): ReturnType<typeof chooseProofRequest> =>
  chooseProofRequest(parsePolicy(text, { file: 'audit-policy.yaml' }).policy, identity)

test('the policy of the specification is proven by a read of deployments', () => {
  expect(choose(SPEC_POLICY)).toEqual({
    method: 'GET',
    path: '/apis/apps/v1/namespaces/default/deployments?limit=1',
    verb: 'list',
    rule: 1,
    level: 'RequestResponse',
    description: 'list deployments.apps in namespace default',
  })
})

const EMPTY_PATCH = { body: '{}', contentType: 'application/merge-patch+json' }
const EMPTY_OBJECT = { body: '{}', contentType: 'application/json' }

describe('a request is chosen for the proof', () => {
  test.each([
    ['/version, where everything is logged', ['level: Metadata'], 'GET /version', 0],
    [
      'another path, where /version is not logged',
      ['level: None, nonResourceURLs: ["/version", "/readyz*", "/livez"]', 'level: Metadata'],
      'GET /healthz',
      1,
    ],
    ['a HEAD, where only that is logged', ['level: Metadata, verbs: [head]'], 'HEAD /version', 0],
    [
      'a known path below a wildcard',
      ['level: Metadata, nonResourceURLs: ["/livez/*"]'],
      'GET /livez/ping',
      0,
    ],
    [
      'a path of the rule, whether it is there or not',
      ['level: Metadata, nonResourceURLs: ["/debug/pprof", "/flags ü"]'],
      'GET /flags%20%C3%BC',
      0,
    ],
    [
      'a list',
      ['level: Metadata, resources: [{resources: [services]}]'],
      'GET /api/v1/namespaces/default/services?limit=1',
      0,
    ],
    [
      'a list in the first namespace of the rule',
      ['level: Metadata, resources: [{resources: [pods]}], namespaces: [b, a]'],
      'GET /api/v1/namespaces/b/pods?limit=1',
      0,
    ],
    [
      'a list over all namespaces',
      ['level: Metadata, resources: [{resources: [pods]}], namespaces: [""]'],
      'GET /api/v1/pods?limit=1',
      0,
    ],
    [
      'a list where the first namespaces are left out',
      [
        'level: None, namespaces: [default, kube-system]',
        'level: Metadata, resources: [{resources: [pods]}]',
      ],
      'GET /api/v1/pods?limit=1',
      1,
    ],
    [
      'a namespace, by its own name',
      ['level: Metadata, resources: [{resources: [namespaces]}], namespaces: [a]'],
      'GET /api/v1/namespaces/a',
      0,
    ],
    [
      'what has no namespace',
      ['level: Metadata, resources: [{resources: [nodes]}]'],
      'GET /api/v1/nodes?limit=1',
      0,
    ],
    [
      'one object, where only that is logged',
      ['level: Metadata, resources: [{group: apps}], verbs: [get]'],
      'GET /apis/apps/v1/namespaces/default/deployments/planewright-proof',
      0,
    ],
    [
      'a list narrowed to the name that the rule insists on',
      ['level: Metadata, resources: [{resources: [pods], resourceNames: [web-0]}]'],
      'GET /api/v1/namespaces/default/pods?fieldSelector=metadata.name%3Dweb-0&limit=1',
      0,
    ],
    [
      'the object that the rule insists on',
      ['level: Metadata, resources: [{resources: [pods], resourceNames: [web-0]}], verbs: [get]'],
      'GET /api/v1/namespaces/default/pods/web-0',
      0,
    ],
    [
      'a list where requests without a name are meant',
      ['level: Metadata, resources: [{resources: [pods], resourceNames: [""]}]'],
      'GET /api/v1/namespaces/default/pods?limit=1',
      0,
    ],
    [
      'any group',
      ['level: Metadata, resources: [{group: "*", resources: [jobs]}]'],
      'GET /apis/batch/v1/namespaces/default/jobs?limit=1',
      0,
    ],
    [
      'a subresource',
      ['level: Metadata, resources: [{group: "*", resources: ["*/scale"]}], namespaces: [a]'],
      'GET /api/v1/namespaces/a/replicationcontrollers/planewright-proof/scale',
      0,
    ],
    [
      'logs of a pod that is not there',
      ['level: Metadata, resources: [{resources: ["pods/log"], resourceNames: [web-0, planewright-proof]}]'],
      'GET /api/v1/namespaces/default/pods/planewright-proof/log',
      0,
    ],
    [
      'what everyone has, before what is custom',
      [
        'level: Metadata, resources: [{group: g.example.com}]',
        'level: Metadata, resources: [{group: apps, resources: [deployments]}]',
      ],
      'GET /apis/apps/v1/namespaces/default/deployments?limit=1',
      1,
    ],
    [
      'a custom resource in the end',
      ['level: Metadata, resources: [{group: g.example.com, resources: [widgets]}], namespaces: [a]'],
      'GET /apis/g.example.com/v1/namespaces/a/widgets/planewright-proof',
      0,
    ],
    [
      'a list of a custom resource',
      ['level: Metadata, resources: [{group: g.example.com, resources: [widgets]}], verbs: [list]'],
      'GET /apis/g.example.com/v1/widgets?limit=1',
      0,
    ],
    [
      'any resource of a custom group',
      ['level: Metadata, resources: [{group: g.example.com}]'],
      'GET /apis/g.example.com/v1/planewright-proof/planewright-proof',
      0,
    ],
    [
      'what is logged for this user',
      [
        'level: Metadata, users: [bob]',
        'level: Request, userGroups: ["kubeadm:cluster-admins"], resources: [{resources: [pods]}]',
      ],
      'GET /api/v1/namespaces/default/pods?limit=1',
      1,
    ],
    [
      'a rule that logs the end of the response',
      [
        'level: Metadata, omitStages: [ResponseComplete], verbs: [list]',
        'level: Request, resources: [{resources: [pods]}]',
      ],
      'GET /api/v1/namespaces/default/pods/planewright-proof',
      1,
    ],
    [
      'an update of what is there in the last resort, as a dry run',
      ['level: Metadata, verbs: [update], resources: [{resources: [pods], resourceNames: [web-0]}]'],
      'PUT /api/v1/namespaces/default/pods/web-0?dryRun=All',
      0,
    ],
    [
      'watch as a resource, where a path does not begin with it',
      ['level: Metadata, resources: [{resources: [watch, proxy]}]'],
      'GET /api/v1/namespaces/default/watch/planewright-proof',
      0,
    ],
    [
      'a config map that is not there',
      ['level: RequestResponse, resources: [{resources: [configmaps]}], verbs: [get]'],
      'GET /api/v1/namespaces/default/configmaps/planewright-proof',
      0,
    ],
    [
      'anything but a secret',
      [
        'level: RequestResponse, resources: [{resources: [secrets]}]',
        'level: RequestResponse, verbs: [patch], resources: [{resources: [pods]}]',
      ],
      'PATCH /api/v1/namespaces/default/pods/planewright-proof?dryRun=All',
      1,
    ],
    [
      'an empty list of secrets, where there is nothing else',
      ['level: RequestResponse, resources: [{resources: [secrets]}]'],
      'GET /api/v1/namespaces/default/secrets?fieldSelector=metadata.name%3Dplanewright-proof&limit=1',
      0,
    ],
    [
      'a secret by its name, where no body is logged',
      ['level: Metadata, resources: [{resources: [secrets], resourceNames: [tls]}], verbs: [get]'],
      'GET /api/v1/namespaces/default/secrets/tls',
      0,
    ],
  ] as const)('%s', (_what, rules, expected, rule) => {
    const proof = choose(policy(...rules))
    expect(`${proof?.method ?? ''} ${proof?.path ?? ''}`).toBe(expected)
    expect(proof?.rule).toBe(rule)
  })
})

describe('a write is a dry run that changes nothing', () => {
  test.each([
    ['patch', 'PATCH', '/api/v1/namespaces/default/pods/planewright-proof?dryRun=All', EMPTY_PATCH],
    ['update', 'PUT', '/api/v1/namespaces/default/pods/planewright-proof?dryRun=All', EMPTY_OBJECT],
    ['create', 'POST', '/api/v1/namespaces/default/pods?dryRun=All', EMPTY_OBJECT],
    ['delete', 'DELETE', '/api/v1/namespaces/default/pods/planewright-proof?dryRun=All', {}],
  ])('%s', (verb, method, path, rest) => {
    expect(choose(policy(`level: Metadata, resources: [{resources: [pods]}], verbs: [${verb}]`))).toEqual({
      method,
      path,
      verb,
      rule: 0,
      level: 'Metadata',
      ...rest,
      description: expect.stringMatching(/^\w+ pods.* as a dry run$/) as string,
    })
  })

  test('a review, which can only be created', () => {
    expect(choose(policy('level: Metadata, resources: [{group: authentication.k8s.io}]'))?.path).toBe(
      '/apis/authentication.k8s.io/v1/planewright-proof/planewright-proof',
    )
    expect(
      choose(policy('level: Metadata, verbs: [create], resources: [{group: authentication.k8s.io}]'))?.path,
    ).toBe('/apis/authentication.k8s.io/v1/selfsubjectreviews?dryRun=All')
  })
})

describe('no request is chosen for the proof', () => {
  test.each([
    ['for another user', 'level: Metadata, users: [bob]'],
    [
      'for a stream',
      'level: Metadata, resources: [{resources: ["pods/exec", "pods/attach", "pods/portforward", "nodes/proxy", "services/proxy"]}]',
    ],
    ['for a watch', 'level: Metadata, verbs: [watch, deletecollection, proxy]'],
    [
      'for a write of a custom resource',
      'level: Metadata, verbs: [create, update, patch, delete], resources: [{group: g.example.com}]',
    ],
    [
      'for a delete of what may be there',
      'level: Metadata, verbs: [delete], resources: [{resources: [pods], resourceNames: [web-0]}]',
    ],
    [
      'for the contents of a secret',
      'level: RequestResponse, resources: [{resources: [secrets], resourceNames: [tls]}]',
    ],
    [
      'for profiles and logs of the host',
      'level: Metadata, nonResourceURLs: ["/debug/*", "/logs/*", "/logs"]',
    ],
    ['for a path that a client would resolve', 'level: Metadata, nonResourceURLs: ["//x", "/a/../b"]'],
    [
      'for a name that would be a subresource',
      'level: Metadata, resources: [{resources: ["pods/exec"]}, {resources: [pods], resourceNames: [web-0/exec]}]',
    ],
    ['for a stage that is omitted', 'level: Metadata, omitStages: [ResponseComplete]'],
  ])('%s', (_what, rule) => {
    expect(choose(policy(rule))).toBeUndefined()
  })
})

test('the chosen request is logged, by the named rule and at the named level', () => {
  const text = policy(
    'level: None, users: ["system:kube-proxy"], verbs: [watch]',
    'level: None, nonResourceURLs: ["/healthz*", "/version", "/swagger*", "/readyz*", "/livez*"]',
    'level: None, resources: [{resources: [events, pods]}]',
    'level: Metadata, resources: [{resources: [secrets, configmaps]}, {group: authentication.k8s.io, resources: [tokenreviews]}]',
    'level: RequestResponse, resources: [{}, {group: apps}], verbs: [get, list]',
    'level: Metadata',
  )
  const { policy: parsed } = parsePolicy(text, { file: 'p' })
  const proof = chooseProofRequest(parsed, ADMIN)
  const decision = decide(
    parsed,
    describeRequest({ method: proof?.method ?? '', url: proof?.path ?? '', user: ADMIN }),
  )
  expect(isLoggedAtResponseComplete(decision)).toBe(true)
  expect([proof?.rule, proof?.level]).toEqual([decision.rule, decision.level])
})
