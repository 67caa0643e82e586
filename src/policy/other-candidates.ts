import { ABSENT_NAME, entriesOf, namesOf, pathOf, type Candidate } from './candidate.ts'
import type { PolicyRule } from './policy.ts'

/**
 * Paths that every apiserver answers and that reveal nothing, the shortest answers first (k8s.io/apiserver
 * v0.37.2, pkg/server; `/metrics` and `/openapi/v2` are long, and therefore last).
 */
const KNOWN_PATHS = [
  '/version',
  '/readyz',
  '/livez',
  '/healthz',
  '/readyz/ping',
  '/livez/ping',
  '/healthz/ping',
  '/version/',
  '/api',
  '/apis',
  '/api/v1',
  '/apis/apps',
  '/apis/apps/v1',
  '/openapi/v3',
  '/.well-known/openid-configuration',
  '/openid/v1/jwks',
  '/',
  '/metrics',
  '/openapi/v2',
]

/**
 * Paths that a proof never asks for: profiles take time, flags can be set, and logs are files of the host.
 */
const UNTOUCHED_PATH = /^\/+(?:debug|logs)(?:\/|$)/

/** GET and HEAD of paths that exist. */
export function* readKnownPaths(rule: PolicyRule): Generator<Candidate> {
  if (rule.resources.length > 0 || rule.namespaces.length > 0) return
  for (const path of KNOWN_PATHS) yield { method: 'GET', path }
  for (const path of KNOWN_PATHS) yield { method: 'HEAD', path }
}

/**
 * GET and HEAD of the paths that a rule names, and of one path below a wildcard, whether they exist or not.
 */
export function* readNamedPaths(rule: PolicyRule): Generator<Candidate> {
  for (const pattern of rule.nonResourceURLs) {
    const base = pattern.replace(/\*$/, '')
    const paths = base === pattern ? [pattern] : [base, `${base}${ABSENT_NAME}`]
    for (const path of paths) {
      if (!path.startsWith('/') || UNTOUCHED_PATH.test(path)) continue
      const encoded = path.split('/').map(encodeURIComponent).join('/')
      yield { method: 'GET', path: encoded }
      yield { method: 'HEAD', path: encoded }
    }
  }
}

/** Subresources that are streams, or that reach into a container or to another server. */
export const STREAMS: readonly string[] = ['exec', 'attach', 'portforward', 'proxy']

/**
 * Reads what a rule names and planewright does not know, such as custom resources. The version is a guess,
 * and the object may not exist. A 404 is logged all the same: auditing comes before routing, and reads group,
 * resource and name from the path alone (k8s.io/apiserver v0.37.2, pkg/server/config.go
 * `DefaultBuildHandlerChain`).
 */
export function* readUnknownResources(rule: PolicyRule): Generator<Candidate> {
  for (const entry of entriesOf(rule)) {
    const group = entry.group === '*' ? '' : entry.group
    const resources = entry.resources.length > 0 ? entry.resources : ['*']
    for (const pattern of resources) {
      const [first = '', second] = pattern.split('/')
      const resource = first === '*' ? ABSENT_NAME : first
      const subresource = second === '*' ? undefined : second
      if (resource === '' || (subresource !== undefined && [...STREAMS, 'log'].includes(subresource)))
        continue
      for (const namespace of rule.namespaces.length > 0 ? rule.namespaces : ['', 'default']) {
        const collection = {
          group,
          version: 'v1',
          namespace: namespace === '' ? undefined : namespace,
          resource,
        }
        for (const name of namesOf(entry)) {
          const one = subresource === undefined ? { name } : { name, subresource }
          yield { method: 'GET', path: pathOf({ ...collection, ...one }) }
        }
        if (subresource === undefined) yield { method: 'GET', path: `${pathOf(collection)}?limit=1` }
      }
    }
  }
}
