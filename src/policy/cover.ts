import type { GroupResources, PolicyRule } from './policy.ts'

/** A rule's conditions, without the rule's effect. */
export type RuleConditions = Pick<
  PolicyRule,
  'users' | 'userGroups' | 'verbs' | 'resources' | 'namespaces' | 'nonResourceURLs'
>

/**
 * A rule with more parts is compared as a whole: the answer may then be a wrong "no", never a wrong "yes".
 */
const PARTS_LIMIT = 5_000

/**
 * Whether every request that meets the conditions also meets those of one of the earlier rules, and so never
 * reaches this one. A "true" is always right; not every such case is found.
 */
export function isCovered(conditions: RuleConditions, earlier: readonly RuleConditions[]): boolean {
  if (earlier.length === 0) return false
  return splitConditions(conditions).every((part) => earlier.some((rule) => covers(rule, part)))
}

/** One part for each user × group × verb × namespace × URL × resource in the conditions. */
function splitConditions(conditions: RuleConditions): readonly RuleConditions[] {
  const entries = conditions.resources.flatMap(splitEntry)
  const lists = [
    conditions.users,
    conditions.userGroups,
    conditions.verbs,
    conditions.namespaces,
    conditions.nonResourceURLs,
    entries,
  ]
  const parts = lists.reduce((product, list) => product * Math.max(list.length, 1), 1)
  if (parts > PARTS_LIMIT) return [conditions]
  const combine = <Field extends keyof RuleConditions>(
    partial: readonly RuleConditions[],
    field: Field,
    values: readonly RuleConditions[Field][],
  ): readonly RuleConditions[] =>
    partial.flatMap((part) => values.map((value) => ({ ...part, [field]: value })))
  let combined: readonly RuleConditions[] = [conditions]
  combined = combine(combined, 'users', choices(conditions.users))
  combined = combine(combined, 'userGroups', choices(conditions.userGroups))
  combined = combine(combined, 'verbs', choices(conditions.verbs))
  combined = combine(combined, 'namespaces', choices(conditions.namespaces))
  combined = combine(combined, 'nonResourceURLs', choices(conditions.nonResourceURLs))
  return combine(combined, 'resources', choices(entries))
}

function choices<T>(list: readonly T[]): readonly (readonly T[])[] {
  return list.length === 0 ? [[]] : list.map((item) => [item])
}

function splitEntry(entry: GroupResources): readonly GroupResources[] {
  return choices(entry.resources).flatMap((resources) =>
    choices(entry.resourceNames).map((resourceNames) => ({ group: entry.group, resources, resourceNames })),
  )
}

function covers(rule: RuleConditions, part: RuleConditions): boolean {
  return (
    coversList(rule.users, part.users) &&
    coversList(rule.userGroups, part.userGroups) &&
    coversList(rule.verbs, part.verbs) &&
    coversTarget(rule, part)
  )
}

/** An empty list restricts nothing. So it covers every list, and only an empty list covers it. */
function coversList(list: readonly string[], part: readonly string[]): boolean {
  return list.length === 0 || (part.length > 0 && part.every((item) => list.includes(item)))
}

function coversTarget(rule: RuleConditions, part: RuleConditions): boolean {
  if (isForResources(rule)) {
    return isForResources(part) && coversList(rule.namespaces, part.namespaces) && coversResources(rule, part)
  }
  if (rule.nonResourceURLs.length === 0) return true
  if (isForResources(part) || part.nonResourceURLs.length === 0) return false
  return part.nonResourceURLs.every((url) => rule.nonResourceURLs.some((pattern) => coversUrl(pattern, url)))
}

function isForResources({ namespaces, resources }: RuleConditions): boolean {
  return namespaces.length > 0 || resources.length > 0
}

function coversResources(rule: RuleConditions, part: RuleConditions): boolean {
  if (rule.resources.length === 0) return true
  if (part.resources.length === 0) return false
  return part.resources.every((entry) => rule.resources.some((pattern) => coversEntry(pattern, entry)))
}

function coversEntry(pattern: GroupResources, entry: GroupResources): boolean {
  if (pattern.group !== '*' && pattern.group !== entry.group) return false
  if (pattern.resources.length === 0) return true
  if (!coversList(pattern.resourceNames, entry.resourceNames)) return false
  if (entry.resources.length === 0) return pattern.resources.includes('*')
  return entry.resources.every((name) => pattern.resources.some((known) => coversResource(known, name)))
}

function coversResource(pattern: string, name: string): boolean {
  if (pattern === '*' || pattern === name) return true
  const [resource, subresource, ...rest] = name.split('/')
  if (resource === '*' || rest.length > 0) return false
  if (pattern === `${resource ?? ''}/*`) return true
  return subresource !== undefined && subresource !== '*' && pattern === `*/${subresource}`
}

function coversUrl(pattern: string, url: string): boolean {
  if (pattern === '*' || pattern === url) return true
  return pattern.endsWith('*') && url.startsWith(pattern.slice(0, -1))
}
