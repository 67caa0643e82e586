import type { SavedChange, SavedClusterChange } from './saved-plan.ts'

/** A change, as a difference names it. */
export type NamedChange = SavedChange | SavedClusterChange

/**
 * A difference between a plan and the saved one.
 *
 * - `unplanned`: the host is not in the saved plan
 * - `variable`, `template`: its digest is another
 * - `target`: the host is another machine, in another cluster, or has another turn in it
 * - `found`: the state of the host, or of the cluster, is not the one that was planned on
 * - `wanted`: the desired state is not the planned one
 * - `missing`: a change was planned and is no longer due
 * - `added`: a change is due and was not planned
 * - `order`: the same changes come in another order
 * - `open-transaction`: a transaction is open on the host
 *
 * `planned` and `now` are shown to people; null is nothing.
 */
export type PlanDifference =
  | { readonly kind: 'unplanned' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'template'; readonly reference: string }
  | ({ readonly kind: 'target'; readonly field: TargetField } & Values)
  | ({ readonly kind: 'found' | 'wanted'; readonly of: string; readonly field: string } & Values)
  | { readonly kind: 'missing' | 'added'; readonly change: NamedChange }
  | { readonly kind: 'order' }
  | { readonly kind: 'open-transaction'; readonly id: string }

/** `turn` counts from 1 among the hosts of the cluster. */
export type TargetField = 'address' | 'port' | 'cluster' | 'turn'

interface Values {
  readonly planned: string | null
  readonly now: string | null
}

/** The subject of a change, as the plan prints it. */
export function nameOfChange(change: NamedChange): string {
  switch (change.kind) {
    case 'restart':
      return `restart ${change.component}`
    case 'directory':
      return `directory ${change.path}`
    case 'file':
    case 'removal':
      return `file ${change.path}`
    case 'stored-configuration':
      return `ConfigMap ${change.name}`
  }
}

const targetWords: Readonly<Record<TargetField, string>> = {
  address: "the host's address",
  port: "the host's SSH port",
  cluster: "the host's cluster",
  turn: "the host's turn in its cluster",
}

/** Digits of a hash that are enough for people to tell two texts apart. */
const shownDigits = 12

function shown(value: string | null): string {
  if (value === null) return 'nothing'
  const [, algorithm, digits] = /^(sha256|scrypt):([0-9a-f]{64})$/.exec(value) ?? []
  if (algorithm === undefined || digits === undefined) return value
  // The digest of a secret tells a reader nothing.
  return algorithm === 'scrypt' ? 'a secret' : `sha256 ${digits.slice(0, shownDigits)}`
}

function from({ planned, now }: Values): string {
  const [before, after] = [shown(planned), shown(now)]
  return before === after ? 'it is another one now' : `it was ${before}, and is ${after} now`
}

function foundText(of: string, field: string, values: Values): string {
  if (field !== 'presence') return `${of} has changed since the plan was saved: ${field}: ${from(values)}`
  return values.now === null
    ? `${of} is gone, and was there when the plan was saved`
    : `${of} is there, and was not when the plan was saved`
}

/** A difference in a line, for people: what changed, from what to what. */
export function differenceText(difference: PlanDifference): string {
  switch (difference.kind) {
    case 'unplanned':
      return 'the host is not in the plan that was saved'
    case 'variable':
      return `the variable ${difference.name} has changed`
    case 'template':
      return `the template ${difference.reference} has changed`
    case 'target':
      return `${targetWords[difference.field]} has changed: ${from(difference)}`
    case 'found':
      return foundText(difference.of, difference.field, difference)
    case 'wanted':
      return `${difference.of} is planned differently now: ${difference.field}: ${from(difference)}`
    case 'missing':
      return `${nameOfChange(difference.change)}: planned, and not due any more`
    case 'added':
      return `${nameOfChange(difference.change)}: due now, and not planned`
    case 'order':
      return 'the changes come in another order'
    case 'open-transaction':
      return `transaction ${difference.id} is open`
  }
}
