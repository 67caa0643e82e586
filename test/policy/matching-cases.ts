/**
 * Policies, requests, and what is logged. The decisions come from k8s.io/apiserver v0.37.2, and oracle/check-tables.ts
 * checks them again (see oracle/README.md).
 */
import type { AuditDecision } from '../../src/policy/decide.ts'
import type { Identity, SentRequest } from '../../src/policy/request.ts'

/** Omitted fields mean `None`, no omitted stage, and false. Without `rule`, no rule matched. */
export type ExpectedDecision = Partial<AuditDecision> & { readonly level: AuditDecision['level'] }

export interface MatchingCase {
  readonly what: string
  readonly policy: string
  readonly requests: readonly (readonly [SentRequest, ExpectedDecision])[]
}

const ADMIN: Identity = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }
const LOGGED: ExpectedDecision = { level: 'Metadata', rule: 0 }
const NOT_LOGGED: ExpectedDecision = { level: 'None' }

const policy = (...rules: readonly string[]): string =>
  `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [${rules.join(', ')}]\n`
const logged = (conditions: string): string => policy(`{level: Metadata, ${conditions}}`)
const get = (url: string, user: Identity | undefined = ADMIN): SentRequest => ({ method: 'GET', url, user })
const send = (method: string, url: string): SentRequest => ({ method, url, user: ADMIN })
const anonymous = (url: string): SentRequest => ({ method: 'GET', url })

const POD = '/api/v1/namespaces/default/pods/web-0'
const PODS = '/api/v1/namespaces/default/pods'

export const MATCHING: readonly MatchingCase[] = [
  {
    what: 'the first rule that matches decides, and without one nothing is logged',
    policy: policy(
      '{level: None, verbs: [list]}',
      '{level: Request, resources: [{resources: [pods]}]}',
      '{level: RequestResponse, resources: [{resources: [pods]}]}',
    ),
    requests: [
      [get(PODS), { level: 'None', rule: 0 }],
      [get(POD), { level: 'Request', rule: 1 }],
      [get('/api/v1/nodes/n1'), NOT_LOGGED],
    ],
  },
  {
    what: '* is not a wildcard in verbs',
    policy: logged('verbs: ["*"]'),
    requests: [[get(POD), NOT_LOGGED]],
  },
  {
    what: '* is not a wildcard in users',
    policy: logged('users: ["*", "ad*"]'),
    requests: [[get(POD), NOT_LOGGED]],
  },
  {
    what: '* is not a wildcard in userGroups',
    policy: logged('userGroups: ["*", "system:*"]'),
    requests: [[get(POD), NOT_LOGGED]],
  },
  {
    what: '* is not a wildcard in namespaces',
    policy: logged('namespaces: ["*", "def*"]'),
    requests: [[get(POD), NOT_LOGGED]],
  },
  {
    what: '* is not a wildcard in resourceNames',
    policy: logged('resources: [{resources: [pods], resourceNames: ["*", "web-*"]}]'),
    requests: [
      [get(POD), NOT_LOGGED],
      [get(PODS), NOT_LOGGED],
    ],
  },
  {
    what: '*/* matches neither a resource nor a subresource',
    policy: `${logged('resources: [{resources: ["*/*"]}]').replace(/\]\n$/, '')}, {level: Request, nonResourceURLs: [/x]}]\n`,
    requests: [
      [get(POD), NOT_LOGGED],
      [get(`${POD}/log`), NOT_LOGGED],
      [get('/x'), { level: 'Request', rule: 1 }],
      [get('/api/v1/namespaces/default/*'), LOGGED],
      [get(`${POD}/*`), LOGGED],
    ],
  },
  {
    what: '* matches both',
    policy: logged('resources: [{resources: ["*"]}]'),
    requests: [
      [get(POD), LOGGED],
      [get(`${POD}/log`), LOGGED],
      [get('/apis/apps/v1/deployments'), NOT_LOGGED],
      [get('/healthz'), NOT_LOGGED],
    ],
  },
  {
    what: 'pods does not match their subresources',
    policy: logged('resources: [{resources: [pods]}]'),
    requests: [
      [get(POD), LOGGED],
      [get(PODS), LOGGED],
      [get(`${POD}/log`), NOT_LOGGED],
    ],
  },
  {
    what: 'pods/* matches the subresources of pods, and pods',
    policy: logged('resources: [{resources: ["pods/*"]}]'),
    requests: [
      [get(POD), LOGGED],
      [get(`${POD}/log`), LOGGED],
      [get('/api/v1/namespaces/default/services/web'), NOT_LOGGED],
    ],
  },
  {
    what: '*/scale matches that subresource of everything in the group',
    policy: logged('resources: [{group: apps, resources: ["*/scale"]}]'),
    requests: [
      [get('/apis/apps/v1/namespaces/a/deployments/d/scale'), LOGGED],
      [get('/apis/apps/v1/namespaces/a/deployments/d/status'), NOT_LOGGED],
      [get('/apis/apps/v1/namespaces/a/deployments/d'), NOT_LOGGED],
      [get('/api/v1/namespaces/a/replicationcontrollers/r/scale'), NOT_LOGGED],
    ],
  },
  {
    what: 'a group without resources includes subresources',
    policy: logged('resources: [{group: apps}]'),
    requests: [
      [get('/apis/apps/v1/namespaces/a/deployments/d'), LOGGED],
      [get('/apis/apps/v1beta9/namespaces/a/deployments/d/scale'), LOGGED],
      [get(POD), NOT_LOGGED],
    ],
  },
  {
    what: 'no group is the core group',
    policy: logged('resources: [{resources: [pods, deployments]}]'),
    requests: [
      [get(POD), LOGGED],
      [get('/apis/apps/v1/deployments'), NOT_LOGGED],
    ],
  },
  {
    what: 'core is not the core group',
    policy: logged('resources: [{group: core}]'),
    requests: [
      [get(POD), NOT_LOGGED],
      [get('/apis/core/v1/pods'), LOGGED],
    ],
  },
  {
    what: '* is every group',
    policy: logged('resources: [{group: "*", resources: [pods, deployments]}]'),
    requests: [
      [get(POD), LOGGED],
      [get('/apis/apps/v1/deployments'), LOGGED],
      [get('/apis/g.example.com/v1/widgets'), NOT_LOGGED],
    ],
  },
  {
    what: 'an empty name matches requests that carry none',
    policy: logged('resources: [{resources: [pods], resourceNames: [""]}]'),
    requests: [
      [send('POST', PODS), LOGGED],
      [get(PODS), LOGGED],
      [get(POD), NOT_LOGGED],
    ],
  },
  {
    what: 'names match creates of subresources and narrowed lists',
    policy: logged('resources: [{resources: ["pods", "pods/exec"], resourceNames: [web-0]}]'),
    requests: [
      [send('POST', `${POD}/exec?command=ls`), LOGGED],
      [send('POST', PODS), NOT_LOGGED],
      [get(`${PODS}?fieldSelector=metadata.name%3Dweb-0`), LOGGED],
      [get(PODS), NOT_LOGGED],
    ],
  },
  {
    what: 'an exact URL',
    policy: logged('nonResourceURLs: [/healthz]'),
    requests: [
      [get('/healthz'), LOGGED],
      [get('/healthz?verbose=1'), LOGGED],
      [get('/healthz/'), NOT_LOGGED],
      [get('/healthz/ping'), NOT_LOGGED],
    ],
  },
  {
    what: 'a URL with * behind it',
    policy: logged('nonResourceURLs: ["/healthz*"]'),
    requests: [
      [get('/healthz'), LOGGED],
      [get('/healthzz'), LOGGED],
      [get('/health'), NOT_LOGGED],
    ],
  },
  {
    what: 'a URL with /* behind it',
    policy: logged('nonResourceURLs: ["/healthz/*"]'),
    requests: [
      [get('/healthz/ping'), LOGGED],
      [get('/healthz/'), LOGGED],
      [get('/healthz'), NOT_LOGGED],
    ],
  },
  {
    what: 'every URL, and no resource',
    policy: logged('nonResourceURLs: ["*"]'),
    requests: [
      [get('/'), LOGGED],
      [get('/api/v1'), LOGGED],
      [get(POD), NOT_LOGGED],
    ],
  },
  {
    what: 'namespaces alone match no URL',
    policy: logged('namespaces: ["", default]'),
    requests: [
      [get('/healthz'), NOT_LOGGED],
      [get(POD), LOGGED],
      [get('/api/v1/nodes'), LOGGED],
      [get('/api/v1/namespaces/other/pods'), NOT_LOGGED],
    ],
  },
  {
    what: 'a list of all namespaces is in none',
    policy: logged('namespaces: [default]'),
    requests: [
      [get('/api/v1/pods'), NOT_LOGGED],
      [get('/api/v1/namespaces/default'), LOGGED],
      [get('/api/v1/namespaces'), NOT_LOGGED],
    ],
  },
  {
    what: 'without a user no rule for users or groups matches',
    policy: policy(
      '{level: Request, users: ["system:anonymous"]}',
      '{level: Request, userGroups: ["system:unauthenticated"]}',
      '{level: Metadata}',
    ),
    requests: [
      [anonymous('/version'), { level: 'Metadata', rule: 2 }],
      [get('/version', { name: 'system:anonymous', groups: [] }), { level: 'Request', rule: 0 }],
      [
        get('/version', { name: 'x', groups: ['a', 'system:unauthenticated'] }),
        { level: 'Request', rule: 1 },
      ],
    ],
  },
  {
    what: 'users and groups have to match both',
    policy: logged('users: [admin], userGroups: [devs, "system:masters"]'),
    requests: [
      [get(POD), LOGGED],
      [get(POD, { name: 'admin', groups: ['others'] }), NOT_LOGGED],
      [get(POD, { name: 'bob', groups: ['devs'] }), NOT_LOGGED],
    ],
  },
  {
    what: "stages are omitted by the policy and the rule together, managed fields by the rule's word",
    policy: `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
omitManagedFields: true
rules:
- {level: Metadata, verbs: [get], omitStages: [Panic, RequestReceived], omitManagedFields: false}
- {level: Metadata, verbs: [list]}
- {level: None, verbs: [create], omitStages: [ResponseStarted]}
`,
    requests: [
      [get(POD), { level: 'Metadata', rule: 0, omitStages: ['RequestReceived', 'Panic'] }],
      [get(PODS), { level: 'Metadata', rule: 1, omitStages: ['RequestReceived'], omitManagedFields: true }],
      [
        send('POST', PODS),
        {
          level: 'None',
          rule: 2,
          omitStages: ['RequestReceived', 'ResponseStarted'],
          omitManagedFields: true,
        },
      ],
      [send('DELETE', POD), { level: 'None', omitStages: ['RequestReceived'], omitManagedFields: true }],
    ],
  },
]
