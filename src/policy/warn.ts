import { isCovered, type RuleConditions } from './cover.ts'
import { describeRequest } from './request.ts'
import { STAGES, type GroupResources, type Policy, type PolicyFinding, type PolicyRule } from './policy.ts'
import { warnOfNames } from './warn-names.ts'
import { warnOfSecrets } from './warn-secrets.ts'

/** What kube-apiserver accepts silently, and what the author likely did not mean. */
export function warnOfPolicy(policy: Policy): readonly PolicyFinding[] {
  return [
    ...policy.rules.flatMap((rule, index) => {
      const path = `rules[${index}]`
      const earlier = policy.rules.slice(0, index)
      return [
        ...warnOfOrder(rule, earlier, path),
        ...warnOfNames(rule, path),
        ...warnOfResources(rule, path),
        ...warnOfUrls(rule, path),
        ...warnOfSecrets(rule, earlier, path),
      ]
    }),
    ...warnOfProof(policy),
  ]
}

/** Whether the policy can write any event at all. */
export function canLog(policy: Policy): boolean {
  return loggingRules(policy).length > 0
}

function loggingRules(policy: Policy): readonly PolicyRule[] {
  return policy.rules.filter((rule, index) => {
    const omitted = [...policy.omitStages, ...rule.omitStages]
    if (rule.level === 'None' || STAGES.every((stage) => omitted.includes(stage))) return false
    return canMatch(rule) && !isCovered(rule, policy.rules.slice(0, index))
  })
}

function warnOfOrder(
  rule: PolicyRule,
  earlier: readonly RuleConditions[],
  path: string,
): readonly PolicyFinding[] {
  if (!canMatch(rule)) return [{ path, message: 'no request matches this rule' }]
  if (!isCovered(rule, earlier)) return []
  const alone = earlier.findIndex((other) => isCovered(rule, [other]))
  const by = alone < 0 ? 'the rules before it together match' : `rules[${alone}] matches`
  return [{ path, message: `this rule is never reached: ${by} every request that it matches` }]
}

function warnOfProof(policy: Policy): readonly PolicyFinding[] {
  const isProvable = loggingRules(policy).some(
    (rule) => ![...policy.omitStages, ...rule.omitStages].includes('ResponseComplete'),
  )
  if (isProvable) return []
  return [
    { path: 'omitStages', message: 'no rule logs at ResponseComplete, so no event can prove this policy' },
  ]
}

/** False when the rule names only resources that no request can ask for. */
function canMatch(rule: PolicyRule): boolean {
  return rule.resources.length === 0 || rule.resources.some(canEntryMatch)
}

function canEntryMatch({ resources }: GroupResources): boolean {
  return resources.length === 0 || resources.some((resource) => describeDeadResource(resource) === undefined)
}

function warnOfResources(rule: PolicyRule, path: string): readonly PolicyFinding[] {
  return rule.resources.flatMap((entry, index) => {
    const place = `${path}.resources[${index}]`
    const findings = entry.resources.flatMap((resource, position) => {
      const message = describeDeadResource(resource) ?? describeSuspectResource(resource)
      return message === undefined ? [] : [{ path: `${place}.resources[${position}]`, message }]
    })
    if (entry.group === 'core' || entry.group === 'v1') {
      const message = `${JSON.stringify(entry.group)} is not the core group: write ""`
      findings.push({ path: `${place}.group`, message })
    }
    if (entry.group === '' && entry.resources.length === 0) {
      findings.push({
        path: place,
        message: 'the entry has no resources, so it matches the whole core group',
      })
    }
    return findings
  })
}

/** Why no request can ask for such a resource; undefined when one may. */
function describeDeadResource(resource: string): string | undefined {
  if (resource === '*/*') return '*/* matches nothing: write * for every resource with every subresource'
  const parts = resource.split('/')
  if (parts.length > 2 || parts.includes('')) return `no request has the resource ${JSON.stringify(resource)}`
  const lookalike = parts.some((part) => part !== '*' && part.includes('*'))
  return lookalike
    ? `in ${JSON.stringify(resource)} the * is not a wildcard: the only forms are *, pods/* and */log`
    : undefined
}

function describeSuspectResource(resource: string): string | undefined {
  if (/[A-Z]/.test(resource)) {
    return `${JSON.stringify(resource)} matches nothing: write resources in lower case and plural, as in URLs`
  }
  return undefined
}

function warnOfUrls(rule: PolicyRule, path: string): readonly PolicyFinding[] {
  return rule.nonResourceURLs.flatMap((url, index) => {
    if (!isResourcePath(url)) return []
    const message = `${url} is the URL of a resource, which nonResourceURLs never matches: write it under resources`
    return [{ path: `${path}.nonResourceURLs[${index}]`, message }]
  })
}

function isResourcePath(url: string): boolean {
  try {
    // Only what a wildcard cannot change: /apis/* may still become /apis/apps, which is not a resource.
    return describeRequest({ method: 'GET', url: encodeURI(url.replace(/\*$/, '')) }).kind === 'resource'
  } catch {
    return false
  }
}
