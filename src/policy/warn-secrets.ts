import { isCovered, type RuleConditions } from './cover.ts'
import type { Level, PolicyFinding, PolicyRule } from './policy.ts'

interface Confidential {
  readonly group: string
  readonly resource: string
  readonly namespaced: boolean
  /** The content that the log would have. */
  readonly content: string
}

/**
 * Resources whose bodies must not be logged: those that the audit policy of Kubernetes' own cluster scripts
 * keeps at Metadata (kubernetes/kubernetes cluster/gce/gci/configure-helper.sh), and CIS benchmark 3.2.2.
 */
const CONFIDENTIAL: readonly Confidential[] = [
  { group: '', resource: 'secrets', namespaced: true, content: 'the contents of secrets' },
  { group: '', resource: 'configmaps', namespaced: true, content: 'the contents of config maps' },
  { group: '', resource: 'serviceaccounts/token', namespaced: true, content: 'tokens of service accounts' },
  {
    group: 'authentication.k8s.io',
    resource: 'tokenreviews',
    namespaced: false,
    content: 'the tokens of everybody who logs in',
  },
]

const VERBS_WITH_BODY = ['create', 'update', 'patch']

/** Warns about a rule that logs the bodies of confidential resources. */
export function warnOfSecrets(
  rule: PolicyRule,
  earlier: readonly RuleConditions[],
  path: string,
): readonly PolicyFinding[] {
  if (!logsBodies(rule.level, rule.verbs) || rule.nonResourceURLs.length > 0) return []
  const logged = CONFIDENTIAL.filter(({ group, resource, namespaced }) => {
    if (!namespaced && rule.namespaces.length > 0 && !rule.namespaces.includes('')) return false
    const conditions = { ...rule, resources: [{ group, resources: [resource], resourceNames: [] }] }
    return isNamed(rule, conditions) && !isCovered(conditions, earlier)
  })
  if (logged.length === 0) return []
  const contents = logged.map(({ content }) => content).join(', ')
  const names = logged.map(({ resource }) => resource).join(', ')
  const message = `at level ${rule.level} the log will contain ${contents}: log ${names} at Metadata in a rule before this one`
  return [{ path: `${path}.level`, message }]
}

function logsBodies(level: Level, verbs: readonly string[]): boolean {
  if (level === 'RequestResponse') return true
  return level === 'Request' && (verbs.length === 0 || VERBS_WITH_BODY.some((verb) => verbs.includes(verb)))
}

/** Whether the rule covers the resource, at least for some of its names. */
function isNamed(rule: PolicyRule, conditions: RuleConditions): boolean {
  const resources = rule.resources.map((entry) => ({ ...entry, resourceNames: [] }))
  return isCovered(conditions, [{ ...rule, resources }])
}
