import { PlanewrightError } from '../error.ts'
import { readListOptions } from './list-options.ts'

/**
 * The user of a request, as kube-apiserver has authenticated it: with `system:authenticated` among the
 * groups.
 */
export interface Identity {
  readonly name: string
  readonly groups: readonly string[]
}

/** A request for an API object or a collection of them. An absent part is `''`, as in kube-apiserver. */
export interface ResourceRequest {
  readonly kind: 'resource'
  /** Undefined when authentication failed: the apiserver logs such requests without a user. */
  readonly user?: Identity
  /** Kubernetes' verb: get, list, watch, create, update, patch, delete, deletecollection, proxy, or `''`. */
  readonly verb: string
  /** The decoded path, without the query. */
  readonly path: string
  readonly apiGroup: string
  readonly apiVersion: string
  readonly namespace: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
}

/** A request for anything else, such as `/healthz` or `/api/v1`. */
export interface NonResourceRequest {
  readonly kind: 'non-resource'
  readonly user?: Identity
  /** The HTTP method in lower case. */
  readonly verb: string
  /** The decoded path, without the query. */
  readonly path: string
}

/** A request as an audit policy sees it. */
export type AuditedRequest = ResourceRequest | NonResourceRequest

/** What a client sends. */
export interface SentRequest {
  /** In capitals, as on the wire. */
  readonly method: string
  /** The request target: a path that starts with `/`, with its query. */
  readonly url: string
  readonly user?: Identity
}

const VERB_OF_METHOD: ReadonlyMap<string, string> = new Map([
  ['POST', 'create'],
  ['GET', 'get'],
  ['HEAD', 'get'],
  ['PUT', 'update'],
  ['PATCH', 'patch'],
  ['DELETE', 'delete'],
])

const NAMESPACE_SUBRESOURCES: readonly string[] = ['status', 'finalize']

/**
 * Reads from method and URL what an audit policy matches (RequestInfoFactory with the prefixes api and apis;
 * k8s.io/apiserver v0.37.2, pkg/endpoints/request/requestinfo.go).
 *
 * @throws PlanewrightError `usage` for a request that kube-apiserver refuses before it audits anything
 */
export function describeRequest({ method, url, user }: SentRequest): AuditedRequest {
  const { path, query } = splitTarget(url)
  const identity = user === undefined ? {} : { user }
  const parts = splitPath(path)
  const consumed = parts[0] === 'api' ? 1 : 2
  if ((parts[0] !== 'api' && parts[0] !== 'apis') || parts.length < consumed + 2) {
    return { kind: 'non-resource', ...identity, verb: method.toLowerCase(), path }
  }
  const apiGroup = parts[0] === 'api' ? '' : (parts[1] ?? '')
  const apiVersion = parts[consumed] ?? ''
  const { verb, rest } = readVerb(method, parts.slice(consumed + 1), url)
  const { namespace, object } = readNamespace(rest)
  const [resource = '', nameInPath = '', third = ''] = object
  // A proxied path may be anything: what follows the name is not a subresource.
  const subresource = verb === 'proxy' ? '' : third
  const called = readCollectionVerb(verb, nameInPath, query)
  return {
    kind: 'resource',
    ...identity,
    verb: called.verb,
    path,
    apiGroup,
    apiVersion,
    namespace,
    resource,
    subresource,
    name: called.name,
  }
}

function readVerb(
  method: string,
  parts: readonly string[],
  url: string,
): { verb: string; rest: readonly string[] } {
  const [first] = parts
  // The verb in the path: /api/v1/watch/…, which is long deprecated but still read.
  if (first === 'proxy' || first === 'watch') {
    if (parts.length < 2) {
      throw new PlanewrightError('usage', `kube-apiserver refuses ${url} and does not audit it`, {
        why: `kube-apiserver expects a resource after /${first}`,
        remedy: 'Add a resource, for example /api/v1/pods.',
      })
    }
    return { verb: first, rest: parts.slice(1) }
  }
  return { verb: VERB_OF_METHOD.get(method) ?? '', rest: parts }
}

/** `object` starts at the resource. A namespace has its own name as its namespace. */
function readNamespace(parts: readonly string[]): { namespace: string; object: readonly string[] } {
  const [first, namespace, third] = parts
  if (first !== 'namespaces' || namespace === undefined) return { namespace: '', object: parts }
  if (third === undefined || NAMESPACE_SUBRESOURCES.includes(third)) return { namespace, object: parts }
  return { namespace, object: parts.slice(2) }
}

/** Without a name, a get is a list or a watch, and a delete covers the whole collection. */
function readCollectionVerb(verb: string, name: string, query: string): { verb: string; name: string } {
  if (name !== '') return { verb, name }
  if (verb === 'delete') return { verb: 'deletecollection', name }
  if (verb !== 'get') return { verb, name }
  const options = readListOptions(query)
  return { verb: options.watch ? 'watch' : 'list', name: options.name }
}

function splitPath(path: string): readonly string[] {
  const trimmed = path.replace(/^\/+|\/+$/g, '')
  return trimmed === '' ? [] : trimmed.split('/')
}

function splitTarget(url: string): { path: string; query: string } {
  const refuse = (why: string): PlanewrightError =>
    new PlanewrightError('usage', `${JSON.stringify(url)} is not a request target`, {
      why,
      remedy: 'Write a percent-encoded path that starts with /, with its query.',
    })
  if (!url.startsWith('/')) throw refuse('it does not start with /')
  // eslint-disable-next-line no-control-regex -- it has to find these
  if (/[\u0000-\u0020\u007f]/.test(url)) throw refuse('it has a space or a control character')
  const mark = url.indexOf('?')
  const encoded = mark < 0 ? url : url.slice(0, mark)
  try {
    return { path: decodeURIComponent(encoded), query: mark < 0 ? '' : url.slice(mark + 1) }
  } catch (cause) {
    throw refuse(`its path cannot be decoded: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}
