import type { GroupResources, PolicyRule } from './policy.ts'
import type { AuditedRequest } from './request.ts'

/** A request that may prove a policy, if the policy logs it. */
export interface Candidate {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With the query. */
  readonly path: string
  readonly body?: string
  readonly contentType?: string
}

/** A name that no object has: what is asked for under it is answered with 404 and changes nothing. */
export const ABSENT_NAME = 'planewright-proof'

/** A resource, and of it one object or the collection. */
export interface ResourceAddress {
  readonly group: string
  readonly version: string
  /** Undefined for what has no namespace, and for a collection over all of them. */
  readonly namespace: string | undefined
  readonly resource: string
  readonly name?: string
  readonly subresource?: string
}

/** The path of a resource: `/api/v1/…` for the core group, else `/apis/<group>/<version>/…`. */
export function pathOf({ group, version, namespace, resource, name, subresource }: ResourceAddress): string {
  const parts = [
    ...(group === '' ? ['api', version] : ['apis', group, version]),
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    resource,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ]
  return `/${parts.map(encodeURIComponent).join('/')}`
}

/** The entries that say which resources a rule is for: one of everything when it names none. */
export function entriesOf(rule: PolicyRule): readonly GroupResources[] {
  if (rule.nonResourceURLs.length > 0) return []
  return rule.resources.length > 0 ? rule.resources : [{ group: '*', resources: [], resourceNames: [] }]
}

/** The namespaces to try: the rule's own, else those that every cluster has, and then all of them at once (`''`). */
export function namespacesOf(rule: PolicyRule): readonly string[] {
  return rule.namespaces.length > 0 ? rule.namespaces : ['default', 'kube-system', '']
}

/** The names to try for one object: those that the entry insists on, else one that nothing has. */
export function namesOf({ resourceNames }: GroupResources): readonly string[] {
  const names = resourceNames.filter((name) => name !== '')
  return names.length > 0 ? names : [ABSENT_NAME]
}

/** Core resources whose contents are not for a log. */
export const CONFIDENTIAL: readonly string[] = ['secrets', 'configmaps']

/** Whether a request is for a secret or a config map at all. */
export function isAboutConfidential(request: AuditedRequest): boolean {
  return request.kind === 'resource' && request.apiGroup === '' && CONFIDENTIAL.includes(request.resource)
}

/** Whether the answer may hold the contents of one: unless it is asked for under a name that nothing has. */
export function readsConfidential(request: AuditedRequest): boolean {
  return request.kind === 'resource' && isAboutConfidential(request) && request.name !== ABSENT_NAME
}
