import { PlanewrightError } from '../error.ts'
import { nearestName } from '../inventory/nearest-name.ts'

/** Where in a template a value is used. Line and column count from 1. */
export interface TemplatePlace {
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One variable of the template, and what its lookup needs. */
export interface Lookup {
  /** As written in the template: `rule.level`, `../name`, `@root.name`. */
  readonly path: string
  readonly place: TemplatePlace
  /** All variables of the template, to suggest a name if one is missing inside a block. */
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * Follows steps into a value, through its own properties only.
 *
 * @throws PlanewrightError `template` with file, line, column and the nearest known name, when a step leads
 * nowhere
 */
export function findValue(start: unknown, steps: readonly string[], lookup: Lookup): unknown {
  let value = start
  for (const step of steps) {
    const next = ownValue(value, step)
    if (next === undefined) throw missing(step, value, steps.length, lookup)
    value = next
  }
  if (value === undefined) throw missing(lookup.path, undefined, steps.length, lookup)
  return value
}

/** A value as a template prints it. */
export function printValue(value: unknown, place: TemplatePlace): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value)
  const remedy =
    value === null
      ? 'Set the variable, test it with {{#if}}, or write {{json …}} to print null.'
      : 'Write {{json …}} to print it as a YAML value, or {{#each}} to print each item.'
  throw new PlanewrightError('template', `a template cannot print ${describeValue(value)}`, {
    where: place,
    remedy,
  })
}

/** The values that `{{#each}}` accepts: Handlebars would silently skip anything else. */
export function listValue(value: unknown, place: TemplatePlace): object {
  if (typeof value === 'object' && value !== null) return value
  throw new PlanewrightError('template', `{{#each}} needs a list, and has ${describeValue(value)}`, {
    where: place,
    remedy: 'Set the variable to a list (- item), or to an empty list ([]).',
  })
}

/**
 * JSON that is YAML too, down to the last character: characters that YAML does not allow unescaped are
 * escaped.
 */
export function jsonValue(value: unknown): string {
  const text = JSON.stringify(value)
  return text.replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function ownValue(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

function missing(
  name: string,
  container: unknown,
  steps: number,
  { path, place, variables }: Lookup,
): PlanewrightError {
  const names = typeof container === 'object' && container !== null ? Object.keys(container) : []
  const isOuter = container !== variables && steps === 1 && Object.hasOwn(variables, name)
  const nearest = Array.isArray(container) ? undefined : nearestName(name, names)
  return new PlanewrightError('template', `the template uses ${path}, which is not set`, {
    where: place,
    ...(container === undefined ? {} : { why: whyMissing(name, container, container === variables) }),
    remedy: isOuter
      ? `Write @root.${name} to get the variable. Inside of a block, a plain name means a part of the block's value.`
      : nearest === undefined
        ? 'Set the variable in the inventory, or remove it from the template.'
        : `Did you mean ${nearest}?`,
  })
}

function whyMissing(name: string, container: unknown, isOutermost: boolean): string {
  if (typeof container !== 'object' || container === null) {
    return `The template reads ${name} from ${describeValue(container)}, which has no parts.`
  }
  const known = Object.keys(container)
  const shown = 40
  const names = known.slice(0, shown).join(', ') + (known.length > shown ? ', …' : '')
  const owner = isOutermost ? 'There is' : Array.isArray(container) ? 'The list has' : 'The value here has'
  return known.length === 0 ? `${owner} nothing.` : `${owner}: ${names}.`
}

function describeValue(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}
