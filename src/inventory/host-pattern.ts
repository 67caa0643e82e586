import { PlanewrightError } from '../error.ts'
import { globToRegExp } from './glob.ts'
import { parseHostName } from './host-name.ts'
import type { Inventory } from './inventory.ts'

/** What messages call a pattern, and the option that gave it. */
export interface PatternPurpose {
  readonly kind: string
  readonly given: string
}

/** One element of a host pattern, without its `&` or `!`. */
interface PatternElement {
  readonly text: string
  readonly expression: string
  readonly slice?: { readonly first: number; readonly last: number | undefined }
}

/** The hosts of an element. `known` distinguishes an empty group from an unknown name. */
interface Match {
  readonly known: boolean
  readonly hosts: readonly string[]
}

/**
 * Splits a pattern at its commas or, if it has none, at its colons. Those in addresses and brackets do not
 * count (ansible-core 2.19, inventory/manager.py, split_host_pattern).
 */
export function splitPattern(pattern: string): readonly string[] {
  const parts = pattern.includes(',')
    ? pattern.split(',')
    : parseHostName(pattern) === undefined
      ? (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? [])
      : [pattern]
  return parts.map((part) => part.trim()).filter((part) => part !== '')
}

/**
 * The hosts that a pattern selects: first all that are named, then `&` keeps those in both, then `!` removes
 * some, in whatever order they were written. A pattern with only `&` and `!` starts from all hosts.
 *
 * @param elements - a pattern that {@link splitPattern} has split
 * @throws PlanewrightError `usage` for elements that match nothing (all are named), or that cannot be read
 */
export function matchPattern(
  inventory: Inventory,
  elements: readonly string[],
  purpose: PatternPurpose,
): ReadonlySet<string> {
  const matches = elements.map((text) => ({
    sign: /^[&!]/.exec(text)?.[0] ?? '',
    text,
    ...matchElement(inventory, text.replace(/^[&!]/, ''), purpose),
  }))
  const unknown = matches.filter(({ known }) => !known).map(({ text }) => text)
  if (unknown.length > 0) throw matchesNothing(inventory, unknown, purpose)
  const signed = (sign: string): readonly Match[] => matches.filter((match) => match.sign === sign)
  const named = signed('').length > 0 ? signed('') : [matchElement(inventory, 'all', purpose)]
  const selected = new Set(named.flatMap(({ hosts }) => hosts))
  const kept = [...selected].filter(
    (host) =>
      signed('&').every(({ hosts }) => hosts.includes(host)) &&
      !signed('!').some(({ hosts }) => hosts.includes(host)),
  )
  return new Set(kept)
}

/** An inventory's names, for a person whose pattern matched none of them. */
export function describeNames(inventory: Inventory): string {
  const hosts = inventory.hosts.map(({ name }) => name)
  return `Hosts: ${shorten(hosts)}. Groups: ${shorten([...inventory.groups.keys()])}.`
}

function shorten(names: readonly string[]): string {
  const shown = 30
  const rest = names.length - shown
  return names.slice(0, shown).join(', ') + (rest > 0 ? `, and ${rest} more` : '')
}

function matchElement(inventory: Inventory, text: string, purpose: PatternPurpose): Match {
  const names = inventory.hosts.map(({ name }) => name)
  if (names.includes(text)) return { known: true, hosts: [text] }
  const element = parseElement(text)
  const matches = matcher(element, purpose)
  const groups = [...inventory.groups.keys()].filter(matches)
  const ofGroups = groups.flatMap((group) => inventory.groups.get(group) ?? [])
  // As in Ansible, a plain name of a group is not looked up among the hosts.
  const alsoHosts = groups.length === 0 || /^~|[.?*[]/.test(element.expression)
  const hosts = [...new Set([...ofGroups, ...(alsoHosts ? names.filter(matches) : [])])]
  const known = groups.length > 0 || hosts.length > 0
  if (element.slice === undefined || hosts.length === 0) return { known, hosts }
  const { first, last } = element.slice
  const sliced = last === undefined ? hosts.slice(first).slice(0, 1) : hosts.slice(first, last + 1)
  return { known: sliced.length > 0, hosts: sliced }
}

function matcher({ text, expression }: PatternElement, { kind }: PatternPurpose): (name: string) => boolean {
  if (!expression.startsWith('~')) {
    const glob = globToRegExp(expression)
    return (name) => glob.test(name)
  }
  try {
    // As with Python's match, it must match from the beginning, and may end anywhere.
    const regularExpression = new RegExp(`^(?:${expression.slice(1)})`)
    return (name) => regularExpression.test(name)
  } catch (error) {
    throw new PlanewrightError('usage', `the ${kind} ${text} is not a valid regular expression`, {
      why: error instanceof Error ? error.message : String(error),
      remedy:
        'Correct what follows ~: it has to be a JavaScript regular expression. For a glob, remove the ~.',
      cause: error,
    })
  }
}

/**
 * Splits a slice off an element: `[0]`, `[-1]`, `[0:2]` with both ends, `[1:]`. A regular expression has
 * none.
 */
function parseElement(text: string): PatternElement {
  const slice = /^(.+)\[(?:(-?\d+)|(\d+)[:-](\d*))\]$/s.exec(text)
  if (slice === null || text.startsWith('~')) return { text, expression: text }
  const [, expression = text, index, first, last] = slice
  if (index !== undefined) return { text, expression, slice: { first: Number(index), last: undefined } }
  return { text, expression, slice: { first: Number(first), last: last ? Number(last) : Infinity } }
}

function matchesNothing(
  inventory: Inventory,
  unknown: readonly string[],
  { kind, given }: PatternPurpose,
): PlanewrightError {
  return new PlanewrightError('usage', `the ${kind} ${unknown.join(', ')} matches nothing in the inventory`, {
    why: describeNames(inventory),
    remedy: `Correct the names in ${given}. A pattern that excludes no host is refused too.`,
  })
}
