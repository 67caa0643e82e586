import { PlanewrightError } from '../error.ts'
import type { Inventory } from './inventory.ts'
import { isTemplated, templatedRefused } from './jinja.ts'
import { nearestName } from './nearest-name.ts'
import { placeOfSource, type Variable } from './variable.ts'

export interface KnownNames {
  /** The names that the tasks declare. */
  readonly declared: readonly string[]
  /**
   * Prefixes that belong to planewright, such as `audit_`: an undeclared name with one of them is a mistake.
   */
  readonly prefixes: readonly string[]
}

/**
 * Checks the names of all hosts' variables against those that the tasks declare. Every other name is the
 * user's own. A declared variable must not be a Jinja template, as nobody would evaluate it.
 *
 * @throws PlanewrightError `variable` naming every unknown variable with its place and the nearest right name
 */
export function checkVariableNames(inventory: Inventory, { declared, prefixes }: KnownNames): void {
  const known = new Set(declared)
  const unknown = new Map<string, Misspelling>()
  for (const { variables } of inventory.hosts) {
    for (const [name, variable] of variables) {
      if (known.has(name)) {
        if (isTemplated(variable.value)) throw templatedRefused(name, variable)
      } else if (prefixes.some((prefix) => name.startsWith(prefix))) {
        const nearest = nearestName(name, declared)
        unknown.set(`${name} ${variable.source.description}`, { name, variable, nearest })
      }
    }
  }
  if (unknown.size > 0) throw unknownVariables([...unknown.values()], declared)
}

interface Misspelling {
  readonly name: string
  readonly variable: Variable
  readonly nearest: string | undefined
}

function unknownVariables(
  misspellings: readonly Misspelling[],
  declared: readonly string[],
): PlanewrightError {
  const [first] = misspellings
  const where = first === undefined ? {} : placeOfSource(first.variable.source)
  if (first !== undefined && misspellings.length === 1) {
    return new PlanewrightError('variable', `there is no variable ${first.name}`, {
      where,
      why: `${first.variable.source.description} sets it, but no task declares it.`,
      remedy:
        first.nearest === undefined
          ? `Remove it, or choose a name with another prefix. planewright knows ${[...new Set(declared)].join(', ')}.`
          : `Did you mean ${first.nearest}?`,
    })
  }
  const names = [...new Set(misspellings.map(({ name }) => name))]
  const lines = misspellings.map(
    ({ name, variable, nearest }) =>
      `${variable.source.description}: ${name}` +
      (nearest === undefined ? '' : ` (did you mean ${nearest}?)`),
  )
  return new PlanewrightError('variable', `there are no variables ${names.join(', ')}`, {
    where,
    why: `No task declares them:\n${lines.join('\n')}`,
    remedy: 'Correct the names, or remove them.',
  })
}
