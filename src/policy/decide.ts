import {
  STAGES,
  type GroupResources,
  type Level,
  type Policy,
  type PolicyRule,
  type Stage,
} from './policy.ts'
import type { AuditedRequest, ResourceRequest } from './request.ts'

/** What a policy decides for one request. */
export interface AuditDecision {
  readonly level: Level
  /** The stages without an event, from the policy and the rule together, in the order of {@link STAGES}. */
  readonly omitStages: readonly Stage[]
  readonly omitManagedFields: boolean
  /** The index of the rule that decided; undefined when none matched, which means level `None`. */
  readonly rule: number | undefined
}

/**
 * Decides as kube-apiserver does: by the first matching rule, else `None` with the policy's own settings
 * (k8s.io/apiserver v0.37.2, pkg/audit/policy/checker.go).
 */
export function decide(policy: Policy, request: AuditedRequest): AuditDecision {
  const index = policy.rules.findIndex((rule) => matchesRule(rule, request))
  const rule = policy.rules[index]
  const omitted = new Set([...policy.omitStages, ...(rule?.omitStages ?? [])])
  return {
    level: rule?.level ?? 'None',
    omitStages: STAGES.filter((stage) => omitted.has(stage)),
    omitManagedFields: rule?.omitManagedFields ?? policy.omitManagedFields,
    rule: rule === undefined ? undefined : index,
  }
}

/** Whether the request has an event at the end of its response: a proof waits for that event. */
export function isLoggedAtResponseComplete(decision: AuditDecision): boolean {
  return decision.level !== 'None' && !decision.omitStages.includes('ResponseComplete')
}

function matchesRule(rule: PolicyRule, request: AuditedRequest): boolean {
  const { user } = request
  // Without a user, a rule that names users or groups does not match, not even system:anonymous.
  if (rule.users.length > 0 && (user === undefined || !rule.users.includes(user.name))) return false
  if (rule.userGroups.length > 0 && !user?.groups.some((group) => rule.userGroups.includes(group)))
    return false
  if (rule.verbs.length > 0 && !rule.verbs.includes(request.verb)) return false
  if (rule.namespaces.length > 0 || rule.resources.length > 0) {
    return request.kind === 'resource' && matchesResource(rule, request)
  }
  if (rule.nonResourceURLs.length > 0) {
    return (
      request.kind === 'non-resource' && rule.nonResourceURLs.some((url) => matchesPath(url, request.path))
    )
  }
  return true
}

function matchesResource(rule: PolicyRule, request: ResourceRequest): boolean {
  if (rule.namespaces.length > 0 && !rule.namespaces.includes(request.namespace)) return false
  return rule.resources.length === 0 || rule.resources.some((entry) => matchesEntry(entry, request))
}

function matchesEntry(entry: GroupResources, request: ResourceRequest): boolean {
  if (entry.group !== '*' && entry.group !== request.apiGroup) return false
  if (entry.resources.length === 0) return true
  if (entry.resourceNames.length > 0 && !entry.resourceNames.includes(request.name)) return false
  return entry.resources.some((resource) => matchesResourceName(resource, request))
}

function matchesResourceName(pattern: string, { resource, subresource }: ResourceRequest): boolean {
  if (pattern === '*') return true
  if (pattern === (subresource === '' ? resource : `${resource}/${subresource}`)) return true
  if (subresource !== '' && pattern === `*/${subresource}`) return true
  // `pods/*` means every subresource of pods, and pods themselves.
  return pattern === `${resource}/*`
}

function matchesPath(pattern: string, path: string): boolean {
  if (pattern === '*' || pattern === path) return true
  return pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, ''))
}
