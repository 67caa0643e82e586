import { nearestName } from '../inventory/nearest-name.ts'
import type { PolicyFinding, PolicyRule } from './policy.ts'

/** The verbs of requests for resources (RequestInfoFactory, k8s.io/apiserver v0.37.2). */
const RESOURCE_VERBS = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'proxy',
]

/** The verbs of other requests: HTTP methods in lower case (RFC 9110, RFC 5789). */
const METHOD_VERBS = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'connect', 'trace']

const SERVICE_ACCOUNT = /^system:serviceaccount:[^:]*:[^:]*$/
const SERVICE_ACCOUNT_GROUP = /^system:serviceaccounts(?::[^:]*)?$/

type NameField = 'verbs' | 'users' | 'userGroups' | 'namespaces'

/**
 * Warns about names that cannot be names of their kind: kube-apiserver compares names as they are, and checks
 * none.
 */
export function warnOfNames(rule: PolicyRule, path: string): readonly PolicyFinding[] {
  const verbs = verbsOf(rule)
  const inField = (field: NameField, check: (name: string) => string | undefined): readonly PolicyFinding[] =>
    warnEach(rule[field], `${path}.${field}`, check)
  return [
    ...inField('verbs', (verb) => describeWildcard(verb) ?? describeUnknownVerb(verb, verbs)),
    ...inField('users', (user) => describeWildcard(user) ?? describeGroupAsUser(user)),
    ...inField('userGroups', (group) => describeWildcard(group) ?? describeUserAsGroup(group)),
    ...inField('namespaces', describeWildcard),
    ...rule.resources.flatMap(({ resourceNames }, index) =>
      warnEach(resourceNames, `${path}.resources[${index}].resourceNames`, describeWildcard),
    ),
  ]
}

function warnEach(
  names: readonly string[],
  path: string,
  check: (name: string) => string | undefined,
): readonly PolicyFinding[] {
  return names.flatMap((name, index) => {
    const message = check(name)
    return message === undefined ? [] : [{ path: `${path}[${index}]`, message }]
  })
}

function describeWildcard(name: string): string | undefined {
  if (!name.includes('*')) return undefined
  return `* is not a wildcard here, so ${JSON.stringify(name)} matches nothing: remove the list to match everything`
}

/** The verbs that requests for this rule can have. */
function verbsOf({ namespaces, resources, nonResourceURLs }: PolicyRule): readonly string[] {
  if (namespaces.length > 0 || resources.length > 0) return RESOURCE_VERBS
  return nonResourceURLs.length > 0 ? METHOD_VERBS : [...RESOURCE_VERBS, ...METHOD_VERBS]
}

const VERB_OF_METHOD: ReadonlyMap<string, string> = new Map([
  ['post', 'create'],
  ['put', 'update'],
  ['head', 'get'],
])

const METHOD_OF_VERB: ReadonlyMap<string, string> = new Map([
  ['list', 'get'],
  ['watch', 'get'],
  ['create', 'post'],
  ['update', 'put'],
])

function describeUnknownVerb(verb: string, known: readonly string[]): string | undefined {
  if (known.includes(verb)) return undefined
  const translations = known === METHOD_VERBS ? METHOD_OF_VERB : VERB_OF_METHOD
  const meant = translations.get(verb.toLowerCase()) ?? nearestName(verb, known)
  const hint = meant === undefined ? `the verbs here are ${known.join(', ')}` : `did you mean ${meant}?`
  return `no request that this rule can match has the verb ${JSON.stringify(verb)}: ${hint}`
}

function describeUserAsGroup(group: string): string | undefined {
  if (!SERVICE_ACCOUNT.test(group)) return undefined
  return `${group} is the name of a user, not of a group: move it to users, or write system:serviceaccounts:<namespace>`
}

function describeGroupAsUser(user: string): string | undefined {
  if (SERVICE_ACCOUNT_GROUP.test(user) || user === 'system:masters' || user === 'system:authenticated') {
    return `${user} is the name of a group, not of a user: move it to userGroups`
  }
  return undefined
}
