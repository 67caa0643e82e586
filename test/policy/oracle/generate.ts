import type { Identity, SentRequest } from '../../../src/policy/request.ts'

/** A request for both sides. `proof` marks a request that must be logged. */
export interface AskedRequest extends SentRequest {
  readonly proof?: boolean
}

/** Makes random questions. The same seed makes the same questions. */
export interface Generator {
  readonly policy: () => string
  readonly request: () => AskedRequest
  readonly user: () => Identity | undefined
}

const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse']
const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']
const GROUPS = ['', '', 'apps', 'batch', '*', 'core', 'g.example.com', 'rbac.authorization.k8s.io', '1', 'v1']
const RESOURCES = [
  'pods',
  'pods',
  'pods/log',
  'pods/*',
  '*/status',
  '*/scale',
  '*',
  '*/*',
  'deployments',
  'deployments/scale',
  'secrets',
  'configmaps',
  'namespaces',
  'namespaces/status',
  'nodes',
  'nodes/proxy',
  'pods/exec',
  'pods/',
  '',
  '/',
  'widgets',
  'widgets/status',
  'clusterroles',
  'Pods',
  'watch',
  '*/',
]
const VERBS = [
  'get',
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'proxy',
  'head',
  'post',
  '*',
  'Get',
]
const NAMESPACES = ['default', 'default', 'kube-system', '', 'other', '*']
const NAMES = ['web-0', 'default', '', 'planewright-proof', '*', 'a/b', 'x']
const USERS = ['admin', 'bob', 'system:anonymous', '*', 'system:serviceaccount:a:b']
const USER_GROUPS = ['system:masters', 'system:authenticated', 'system:unauthenticated', 'devs', '*']
const URLS = [
  '*',
  '/version',
  '/healthz',
  '/healthz*',
  '/healthz/*',
  '/api*',
  '/api/*',
  '/apis',
  '/',
  '/*',
  '/metrics',
  '/api/v1/pods',
  '/logs*',
  '/a b',
  '/ä*',
  '/openapi/v2',
]
const PATHS = [
  '/',
  '',
  '/version',
  '/version/',
  '/healthz',
  '/healthz/',
  '/healthzz',
  '/healthz/ping',
  '/api',
  '/api/v1',
  '/api/v1/',
  '/apis',
  '/apis/apps',
  '/apis/apps/v1',
  '/apis/apps/v1/',
  '//api/v1/pods',
  '/api//v1/pods',
  '/metrics',
  '/logs/x',
  '/apiz/v1/pods',
  '/a%20b',
  '/%C3%A4x',
  '/a%2Fb',
  '/api/v1/watch',
  '/api/v1/proxy',
  '/api/v1/watch/pods',
  '/api/v1/watch/namespaces/default/pods',
  '/api/v1/proxy/namespaces/default/pods/web-0/x/y',
  '/api/v1/watch/namespaces/default/pods/web-0',
  '/apis/x/y/watch',
  '/x%zz',
  '/x#y',
]
const QUERIES = [
  '',
  '',
  '',
  'limit=1',
  'watch=true',
  'watch',
  'watch=',
  'watch=0',
  'watch=FALSE',
  'watch=1&watch=0',
  'limit=x&watch=1',
  'limit=x&fieldSelector=metadata.name=x',
  'fieldSelector=metadata.name%3Dx',
  'fieldSelector=metadata.name=x',
  'fieldSelector=metadata.name==x',
  'fieldSelector=metadata.name!=x',
  'fieldSelector=metadata.name=x,metadata.name=web-0',
  'fieldSelector=a=b,metadata.name=x',
  'fieldSelector=metadata.name',
  'fieldSelector=metadata.name=a/b',
  'fieldSelector=metadata.name=..',
  'fieldSelector=metadata.name=a%5C,b',
  'fieldSelector=metadata.name=a%5Cb',
  'fieldSelector=metadata.name=',
  'fieldSelector=,',
  'fieldSelector=metadata.name=x&labelSelector=a=b',
  'fieldSelector=metadata.name=x&labelSelector=a=b=c',
  'fieldSelector=metadata.name=x&timeoutSeconds=9223372036854775808',
  'fieldSelector=metadata.name=x&limit=-5',
  'fieldSelector=metadata.name=x;limit=1',
  'field%53elector=metadata.name=x',
  'fieldSelector=metadata.name=%zz',
  'limit=1_0&watch=x',
  'fieldSelector=metadata.name=x&limit=',
  'fieldSelector=metadata.name=x&limit=%2B5',
  'fieldSelector=a!metadata.name=x',
  'dryRun=All',
  'fieldSelector=metadata.name=x&resourceVersion=abc&allowWatchBookmarks=x&sendInitialEvents=1',
]
const LABEL_PIECES = [
  'a',
  'b',
  'in',
  'notin',
  '=',
  '==',
  '!=',
  '!',
  '(',
  ')',
  ',',
  '>',
  '<',
  ' ',
  ' ',
  '5',
  'x.io/y',
  '-',
  '',
  'a_b',
  'X',
  '/',
  '%2B',
  '%09',
]
/** Texts with a meaning in YAML or JSON, which are put into a text at random places. */
const PIECES = [
  ' ',
  '  ',
  '\n',
  '\n  ',
  '\t',
  ':',
  ': ',
  '- ',
  '-',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '#',
  ' #',
  '&a ',
  '*a',
  '<<: *a\n',
  '!',
  '!!str ',
  '|',
  '>',
  '|-\n',
  '?',
  '? ',
  '%',
  '@',
  '`',
  '~',
  'null',
  'yes',
  'n',
  '012',
  '0x1',
  '1_0',
  '1e3',
  '.5',
  '.',
  '+1',
  '2001-01-01',
  '1:2',
  '\\',
  '\\x41',
  '\\u00e9',
  '\\/',
  '\r',
  '\r\n',
  '\u0085',
  '\u2028',
  '\ufeff',
  '\u00a0',
  '\u0000',
  'ä',
  '😀',
  '---\n',
  '...\n',
  '--- ',
  'a: b',
  'true',
  '""',
  "''",
  '\n\n',
  '\n    ',
  'users: [a]\n',
  'level: None\n',
  '=',
  '<<',
  '0o7',
  '0b1',
  '-0b1',
  '1.',
  '1__',
  '_1',
  '0_8',
  '.inf',
  '.1_0',
  '0x',
  '.e1',
  '.1e',
  '.0x1p1',
  '-.5',
  '+',
  '-.',
  '08',
  '1e',
  '1E+5',
  '0X1F',
  '0B1',
  '0O7',
  '9999999999999999999999',
  '0x1.8p1',
  '1e999',
  '190:20:30',
  '.1e999',
  '._1',
  '0b',
  '-0x1',
  '0_7',
]

/** A generator of 32-bit numbers (mulberry32). It only needs to give the same numbers on every machine. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function createGenerator(seed: number): Generator {
  const random = createRandom(seed)
  const below = (limit: number): number => Math.floor(random() * limit)
  const chance = (probability: number): boolean => random() < probability
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const some = <T>(list: readonly T[], most = 3): T[] =>
    Array.from({ length: 1 + below(most) }, () => pick(list))

  function entry(): Record<string, unknown> {
    return {
      ...(chance(0.8) ? { group: pick(GROUPS) } : {}),
      ...(chance(0.85)
        ? { resources: some(RESOURCES), ...(chance(0.25) ? { resourceNames: some(NAMES) } : {}) }
        : {}),
    }
  }

  function rule(): Record<string, unknown> {
    const target = random()
    return {
      level: pick(LEVELS),
      ...(chance(0.2) ? { users: some(USERS) } : {}),
      ...(chance(0.2) ? { userGroups: some(USER_GROUPS) } : {}),
      ...(chance(0.4) ? { verbs: some(VERBS, 4) } : {}),
      ...(target < 0.55 && chance(0.8) ? { resources: Array.from({ length: 1 + below(2) }, entry) } : {}),
      ...(target < 0.55 && chance(0.4) ? { namespaces: some(NAMESPACES) } : {}),
      ...(target > 0.75 ? { nonResourceURLs: some(URLS) } : {}),
      ...(chance(0.15) ? { omitStages: some(STAGES, 4) } : {}),
      ...(chance(0.15) ? { omitManagedFields: chance(0.5) } : {}),
    }
  }

  function wholePolicy(): Record<string, unknown> {
    return {
      apiVersion: 'audit.k8s.io/v1',
      kind: 'Policy',
      ...(chance(0.1) ? { metadata: { name: 'x', labels: { a: 'b' } } } : {}),
      ...(chance(0.3) ? { omitStages: some(STAGES) } : {}),
      ...(chance(0.2) ? { omitManagedFields: chance(0.5) } : {}),
      rules: Array.from({ length: 1 + below(6) }, rule),
    }
  }

  /** Writes a value in block or flow style, at random at each level, with quotes where they are needed. */
  function write(value: unknown, indent: string): string {
    if (Array.isArray(value)) {
      if (value.length === 0 || chance(0.4)) return ` ${flow(value)}`
      return value.map((item) => `\n${indent}-${write(item, `${indent}  `).replace(/^\n\s*/, ' ')}`).join('')
    }
    if (typeof value === 'object' && value !== null) {
      const pairs = Object.entries(value)
      if (pairs.length === 0 || chance(0.15)) return ` ${flow(value)}`
      return pairs.map(([key, item]) => `\n${indent}${key}:${write(item, `${indent}  `)}`).join('')
    }
    return ` ${scalar(value)}`
  }

  function flow(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
    if (typeof value !== 'object' || value === null) return scalar(value)
    const pairs = Object.entries(value).map(([key, item]) => {
      const name = chance(0.2) ? JSON.stringify(key) : key
      return `${name}:${chance(0.1) ? '' : ' '}${flow(item)}`
    })
    return `{${pairs.join(chance(0.1) ? ',' : ', ')}}`
  }

  function scalar(value: unknown): string {
    if (typeof value !== 'string') return String(value)
    if (/^[A-Za-z/][A-Za-z/.:-]*$/.test(value) && chance(0.6)) return value
    return chance(0.3) ? `'${value}'` : JSON.stringify(value)
  }

  function mutate(text: string): string {
    let mutated = text
    for (let times = 1 + below(3); times > 0; times -= 1) {
      const at = below(mutated.length + 1)
      const cut = chance(0.4) ? 1 + below(4) : 0
      const inserted = chance(0.8) ? pick(PIECES) : ''
      mutated = mutated.slice(0, at) + inserted + mutated.slice(at + cut)
    }
    return mutated
  }

  /** Replaces a whole scalar. This tests the reading of scalars better than a change of single characters. */
  function replaceWord(text: string): string {
    const words = [...text.matchAll(/(?<=[[ ])[^\s,[\]{}]+(?=[\s,\]])/g)]
    const word = words.length === 0 ? undefined : pick(words)
    if (word === undefined) return text
    return text.slice(0, word.index) + pick(PIECES) + text.slice(word.index + word[0].length)
  }

  function policy(): string {
    if (chance(0.1)) return chance(0.7) ? sharing() : mutate(sharing())
    const value = wholePolicy()
    const text = chance(0.2)
      ? JSON.stringify(value, null, pick([0, 1, '\t']))
      : `${write(value, '').trimStart()}\n`
    const style = random()
    if (style < 0.35) return text
    return style < 0.8 ? mutate(text) : replaceWord(text)
  }

  /** Makes rules that share lists with aliases, and fields with merge keys. */
  function sharing(): string {
    const first = rule()
    const second = rule()
    const kept = Object.entries(second).filter(([key]) => !(key in first) || chance(0.1))
    const merge = pick([
      '<<: *r',
      '<<: [*r]',
      '<<: [*r, *s]',
      '"<<": *r',
      '<<: {omitManagedFields: n}',
      '<<: *u',
    ])
    const pairs = [...kept.map(([key, value]) => `${key}: ${flow(value)}`)]
    pairs.splice(below(pairs.length + 1), 0, merge)
    const lines = [
      'apiVersion: audit.k8s.io/v1',
      'kind: Policy',
      'rules:',
      `- &r ${flow(first)}`,
      `- &s {level: ${pick(LEVELS)}}`,
      `- {level: Metadata, users: &u ${flow(some(USERS))}, userGroups: *u}`,
      chance(0.5) ? `- {${pairs.join(', ')}}` : `- ${pairs.join('\n  ')}`,
      '',
    ]
    return lines.join('\n')
  }

  function path(): string {
    if (chance(0.3)) return pick(PATHS)
    const group = pick(['', '', 'apps', 'batch', 'g.example.com', 'core', 'rbac.authorization.k8s.io'])
    const prefix = group === '' ? '/api/v1' : `/apis/${group}/v1`
    const [resource = '', subresource = ''] = pick(RESOURCES.filter((name) => !name.includes('*'))).split('/')
    const namespace = chance(0.6) ? `/namespaces/${pick(NAMESPACES)}` : ''
    const name = chance(0.6) ? `/${encodeURIComponent(pick(NAMES))}` : ''
    const below =
      name !== '' && chance(0.5) ? `/${pick([subresource, 'status', 'scale', 'log', '*', 'exec/x'])}` : ''
    return `${prefix}${namespace}${chance(0.95) ? `/${resource}` : ''}${name}${below}${chance(0.05) ? '/' : ''}`
  }

  function query(): string {
    if (chance(0.85)) return pick(QUERIES)
    const selector = Array.from({ length: 1 + below(7) }, () => pick(LABEL_PIECES)).join('')
    return `fieldSelector=metadata.name=x&labelSelector=${selector.replaceAll(' ', '+')}`
  }

  function user(): Identity | undefined {
    if (chance(0.15)) return undefined
    return { name: pick(USERS), groups: chance(0.9) ? some(USER_GROUPS) : [] }
  }

  function request(): AskedRequest {
    const asked = query()
    const identity = user()
    return {
      method: pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get']),
      url: `${path()}${asked === '' ? '' : `?${asked}`}`,
      ...(identity === undefined ? {} : { user: identity }),
    }
  }

  return { policy, request, user }
}
