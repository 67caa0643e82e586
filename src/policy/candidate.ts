import type { GroupResources, PolicyRule } from './policy.ts'
import type { AuditedRequest } from './request.ts'

/** A request that may prove a policy, if the policy logs it. */
export interface Candidate {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** The path with its query. */
  readonly path: string
  readonly body?: string
  readonly contentType?: string
}

/** A name that no object has: a request for it is answered with 404 and changes nothing. */
export const ABSENT_NAME = 'planewright-proof'

/** A resource: one object, or the collection. */
export interface ResourceAddress {
  readonly group: string
  readonly version: string
  /** Undefined for resources without a namespace, and for a collection over all namespaces. */
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

/** The entries that say which resources a rule covers: one entry for everything if the rule names none. */
export function entriesOf(rule: PolicyRule): readonly GroupResources[] {
  if (rule.nonResourceURLs.length > 0) return []
  return rule.resources.length > 0 ? rule.resources : [{ group: '*', resources: [], resourceNames: [] }]
}

/** The namespaces to try: the rule's own; else those that every cluster has, and then all at once (`''`). */
export function namespacesOf(rule: PolicyRule): readonly string[] {
  return rule.namespaces.length > 0 ? rule.namespaces : ['default', 'kube-system', '']
}

/** The names to try for one object: those that the entry requires, else one that no object has. */
export function namesOf({ resourceNames }: GroupResources): readonly string[] {
  const names = resourceNames.filter((name) => name !== '')
  return names.length > 0 ? names : [ABSENT_NAME]
}

/** Core resources whose contents must not be logged. */
export const CONFIDENTIAL: readonly string[] = ['secrets', 'configmaps']

/** Whether a request is about a secret or a config map. */
export function isAboutConfidential(request: AuditedRequest): boolean {
  return request.kind === 'resource' && request.apiGroup === '' && CONFIDENTIAL.includes(request.resource)
}

/**
 * Whether the answer may have the contents of one. It has none if the request is for a name that no object
 * has.
 */
export function readsConfidential(request: AuditedRequest): boolean {
  return request.kind === 'resource' && isAboutConfidential(request) && request.name !== ABSENT_NAME
}
