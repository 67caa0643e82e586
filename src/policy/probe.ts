import { readBuiltins, readBuiltinSubresources, writeBuiltins } from './builtin-candidates.ts'
import { isAboutConfidential, readsConfidential, type Candidate } from './candidate.ts'
import { decide, isLoggedAtResponseComplete } from './decide.ts'
import { readKnownPaths, readNamedPaths, readUnknownResources, STREAMS } from './other-candidates.ts'
import type { Level, Policy, PolicyRule } from './policy.ts'
import { describeRequest, type AuditedRequest, type Identity } from './request.ts'

/** A harmless request that a policy logs, whatever the answer is. */
export interface ProofRequest {
  /** An HTTP method in capitals. */
  readonly method: string
  /** The path with its query. */
  readonly path: string
  /** Kubernetes' verb, or the method in lower case, as in the event. */
  readonly verb: string
  readonly body?: string
  /** Present when there is a body. */
  readonly contentType?: string
  /** The index of the rule that logs it. */
  readonly rule: number
  /** The level of the event. */
  readonly level: Level
  /** For people, such as `list deployments.apps in namespace default`. */
  readonly description: string
}

/**
 * The kinds of candidates in the order in which they are tried, each for all rules in their order: reads with
 * an answer, then reads that end in a 404, then writes as dry runs.
 */
const KINDS: readonly ((rule: PolicyRule) => Iterable<Candidate>)[] = [
  function* (rule) {
    yield* readKnownPaths(rule)
    yield* readBuiltins(rule)
  },
  readBuiltinSubresources,
  readNamedPaths,
  readUnknownResources,
  writeBuiltins,
]

/**
 * Chooses a request that proves a policy: one that the policy logs at `ResponseComplete` when this identity
 * sends it. The same policy and identity always give the same request. It never asks for the contents of a
 * secret or a config map that the policy would log. Undefined when no harmless request is logged.
 *
 * @param identity as the apiserver authenticates it, with `system:authenticated` among the groups
 */
export function chooseProofRequest(policy: Policy, identity: Identity): ProofRequest | undefined {
  // A secret that does not exist is also asked for, but only when no other request is logged.
  return choose(policy, identity, isAboutConfidential) ?? choose(policy, identity, readsConfidential)
}

/** @param mayNotLog the requests whose answers must not be logged */
function choose(policy: Policy, identity: Identity, mayNotLog: Refuse): ProofRequest | undefined {
  for (const candidatesOf of KINDS) {
    for (const rule of policy.rules) {
      if (rule.level === 'None') continue
      for (const candidate of candidatesOf(rule)) {
        const proof = prove(policy, identity, candidate, mayNotLog)
        if (proof !== undefined) return proof
      }
    }
  }
  return undefined
}

type Refuse = (request: AuditedRequest) => boolean

/**
 * Whether a path arrives as it was built. A client may resolve dots and double slashes, and an encoded slash
 * in a name from a policy would be another resource. `watch` and `proxy` at the beginning are verbs, not
 * resources.
 */
function isPlainPath(path: string): boolean {
  return !/^\/\/|%2f|\/\.{1,2}(?:[/?]|$)|^\/(?:api|apis\/[^/]*)\/[^/]*\/(?:watch|proxy)(?:[/?]|$)/i.test(path)
}

const UNTOUCHED_VERBS = ['watch', 'deletecollection', 'proxy']

/**
 * Whether a request is a stream or reaches through the apiserver to another server, whichever candidate it
 * comes from.
 */
function isUntouched(request: AuditedRequest): boolean {
  if (UNTOUCHED_VERBS.includes(request.verb)) return true
  return request.kind === 'resource' && STREAMS.includes(request.subresource)
}

/** The candidate as a proof, if the policy logs it. */
function prove(
  policy: Policy,
  identity: Identity,
  candidate: Candidate,
  mayNotLog: Refuse,
): ProofRequest | undefined {
  const { method, path, body, contentType } = candidate
  if (!isPlainPath(path)) return undefined
  const request = describeRequest({ method, url: path, user: identity })
  const decision = decide(policy, request)
  if (decision.rule === undefined || !isLoggedAtResponseComplete(decision)) return undefined
  if (isUntouched(request)) return undefined
  if (decision.level === 'RequestResponse' && mayNotLog(request)) return undefined
  return {
    method,
    path,
    verb: request.verb,
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
    rule: decision.rule,
    level: decision.level,
    description: describe(request, body !== undefined || method === 'DELETE'),
  }
}

function describe(request: AuditedRequest, isDryRun: boolean): string {
  if (request.kind === 'non-resource') return `${request.verb} ${request.path}`
  const { verb, resource, subresource, apiGroup, namespace, name } = request
  const kind = [resource, apiGroup].filter((part) => part !== '').join('.')
  return [
    verb,
    subresource === '' ? kind : `${subresource} of ${kind}`,
    ...(name === '' ? [] : [name]),
    ...(namespace === '' ? [] : [`in namespace ${namespace}`]),
    ...(isDryRun ? ['as a dry run'] : []),
  ].join(' ')
}
