import { nearestName } from '../inventory/nearest-name.ts'
import type { WrittenPolicy, WrittenResources, WrittenRule } from './decode.ts'
import { isDnsSubdomain } from './dns-subdomain.ts'
import { LEVELS, POLICY_API_VERSION, STAGES, type PolicyFinding } from './policy.ts'

/**
 * What kube-apiserver would refuse in a policy that fits the types (k8s.io/apiserver v0.37.2,
 * pkg/apis/audit/validation/validation.go and pkg/audit/policy/reader.go). Its paths are kube-apiserver's
 * own, with the inner index where kube-apiserver leaves it out.
 */
export function validatePolicy(policy: WrittenPolicy): readonly PolicyFinding[] {
  return [
    ...validateVersion(policy),
    ...validateStages(policy.omitStages, 'omitStages'),
    ...policy.rules.flatMap((rule, index) => validateRule(rule, `rules[${index}]`)),
    ...(policy.rules.length === 0 ? [{ path: 'rules', message: 'a policy needs at least one rule' }] : []),
  ]
}

function validateVersion({ apiVersion, kind }: WrittenPolicy): readonly PolicyFinding[] {
  const findings: PolicyFinding[] = []
  if (apiVersion !== POLICY_API_VERSION) {
    const found = apiVersion === '' ? 'is missing' : `is ${JSON.stringify(apiVersion)}`
    findings.push({
      path: 'apiVersion',
      message: `the apiVersion ${found}: it has to be ${POLICY_API_VERSION}`,
    })
  }
  // For kube-apiserver, a missing kind is Policy, as it decodes into that type.
  if (kind !== 'Policy' && kind !== '') {
    findings.push({ path: 'kind', message: `the kind is ${JSON.stringify(kind)}: it has to be Policy` })
  }
  return findings
}

function validateRule(rule: WrittenRule, path: string): readonly PolicyFinding[] {
  return [
    ...validateLevel(rule.level, `${path}.level`),
    ...rule.nonResourceURLs.flatMap((url, index) => validateUrl(url, `${path}.nonResourceURLs[${index}]`)),
    ...rule.resources.flatMap((entry, index) => validateResources(entry, `${path}.resources[${index}]`)),
    ...validateStages(rule.omitStages, `${path}.omitStages`),
    ...validateKind(rule, `${path}.nonResourceURLs`),
  ]
}

function validateLevel(level: string, path: string): readonly PolicyFinding[] {
  if (isOneOf(LEVELS, level)) return []
  return [
    {
      path,
      message: level === '' ? `a rule needs a level: ${LEVELS.join(', ')}` : notOneOf('level', level, LEVELS),
    },
  ]
}

function validateStages(stages: readonly string[], path: string): readonly PolicyFinding[] {
  return stages.flatMap((stage, index) =>
    isOneOf(STAGES, stage) ? [] : [{ path: `${path}[${index}]`, message: notOneOf('stage', stage, STAGES) }],
  )
}

function validateUrl(url: string, path: string): readonly PolicyFinding[] {
  if (url === '*') return []
  const findings: PolicyFinding[] = []
  if (!url.startsWith('/')) {
    findings.push({ path, message: `${JSON.stringify(url)} has to start with /, or be only *` })
  }
  if (url.slice(0, -1).includes('*')) {
    findings.push({
      path,
      message: `in ${JSON.stringify(url)} a * is before the end, where it is not a wildcard`,
    })
  }
  return findings
}

function validateResources(entry: WrittenResources, path: string): readonly PolicyFinding[] {
  const { group, resources, resourceNames } = entry
  const findings: PolicyFinding[] = []
  if (group !== '' && group !== '*' && !isDnsSubdomain(group)) {
    findings.push({ path: `${path}.group`, message: describeGroup(group) })
  }
  if (resourceNames.length > 0 && resources.length === 0) {
    findings.push({
      path: `${path}.resourceNames`,
      message: 'resourceNames needs at least one entry in resources',
    })
  }
  return findings
}

function describeGroup(group: string): string {
  const wrong = `${JSON.stringify(group)} is not an API group: it has to be "", * or a DNS name in lower case`
  return group.includes('/') ? `${wrong}, without a version (${group.slice(0, group.indexOf('/'))})` : wrong
}

function validateKind(rule: WrittenRule, path: string): readonly PolicyFinding[] {
  const isForBoth =
    rule.nonResourceURLs.length > 0 && (rule.resources.length > 0 || rule.namespaces.length > 0)
  if (!isForBoth) return []
  return [
    {
      path,
      message: 'a rule cannot be both for nonResourceURLs and for resources or namespaces: write two rules',
    },
  ]
}

function isOneOf(known: readonly string[], word: string): boolean {
  return known.includes(word)
}

function notOneOf(what: string, word: string, known: readonly string[]): string {
  const meant = nearestName(word, known)
  const hint = meant === undefined ? `the ${what}s are ${known.join(', ')}` : `did you mean ${meant}?`
  return `there is no ${what} ${JSON.stringify(word)}: ${hint}`
}
