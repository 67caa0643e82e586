import { nameOfChange, type NamedChange, type PlanDifference } from './difference.ts'

type State = Readonly<Record<string, string | number>>

/** The fields in which two states differ; all fields if one of them is missing. */
function differentFields(planned: State | null, now: State | null) {
  if (planned === null && now === null) return []
  if (planned === null || now === null) {
    const presence = (state: State | null) => (state === null ? null : 'there')
    return [{ field: 'presence', planned: presence(planned), now: presence(now) }]
  }
  return [...new Set([...Object.keys(planned), ...Object.keys(now)])]
    .filter((field) => planned[field] !== now[field])
    .map((field) => ({ field, planned: text(planned[field]), now: text(now[field]) }))
}

function text(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value)
}

/** The state before a change, on which the plan was made. */
function foundBy(change: NamedChange): State | null {
  switch (change.kind) {
    case 'restart':
      return null
    case 'stored-configuration':
      return { content: change.before }
    default:
      return change.before
  }
}

/** The state after a change. */
function wantedBy(change: NamedChange): State | null {
  switch (change.kind) {
    case 'removal':
      return null
    case 'stored-configuration':
      return { content: change.after }
    case 'restart': {
      const flags = Object.entries(change.flags).map(([name, value]) => [`--${name}`, value] as const)
      const { listens, manifest, awaited } = change
      return { listens, manifest, ...(awaited === null ? {} : { awaited }), ...Object.fromEntries(flags) }
    }
    default:
      return change.after
  }
}

function compareChange(planned: NamedChange, now: NamedChange): readonly PlanDifference[] {
  const of = nameOfChange(now)
  const found = differentFields(foundBy(planned), foundBy(now))
  // If somebody edited the text that was found, the new text mostly differs too: then only the first
  // difference is reported.
  const follows = found.some(({ field }) => field === 'content' || field === 'presence')
  const wanted = differentFields(wantedBy(planned), wantedBy(now)).filter(
    ({ field }) => !(follows && field === 'content'),
  )
  return [
    ...found.map((values) => ({ kind: 'found', of, ...values }) as const),
    ...wanted.map((values) => ({ kind: 'wanted', of, ...values }) as const),
  ]
}

/** The identity of a change, whatever its content: two tasks may each change the same path. */
function keyOf(change: NamedChange): string {
  const about = change.kind === 'stored-configuration' ? change.name : change.path
  const component = change.kind === 'restart' ? change.component : ''
  const isSecret = 'sensitive' in change && change.sensitive
  return JSON.stringify([change.kind, change.task, about, component, isSecret])
}

/** Each change with a key that is unique in the list: a task may change a path twice. */
function keyed(changes: readonly NamedChange[]): ReadonlyMap<string, NamedChange> {
  const counts = new Map<string, number>()
  return new Map(
    changes.map((change) => {
      const key = keyOf(change)
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      return [`${key} ${count}`, change]
    }),
  )
}

/** The differences between the planned changes and those of now: in each change, and in their order. */
export function compareChanges(
  planned: readonly NamedChange[],
  now: readonly NamedChange[],
): readonly PlanDifference[] {
  const [before, after] = [keyed(planned), keyed(now)]
  const differences = [...before].flatMap(([key, change]): readonly PlanDifference[] => {
    const same = after.get(key)
    return same === undefined ? [{ kind: 'missing', change }] : compareChange(change, same)
  })
  const added = [...after]
    .filter(([key]) => !before.has(key))
    .map(([, change]) => ({ kind: 'added', change }) as const)
  const all = [...differences, ...added]
  const isOtherOrder = [...before.keys()].join() !== [...after.keys()].join()
  return all.length === 0 && isOtherOrder ? [{ kind: 'order' }] : all
}

/** Whether the planned changes have been performed: there were some, and none is due now. */
export function isPerformed(planned: readonly NamedChange[], now: readonly NamedChange[]): boolean {
  return planned.length > 0 && now.length === 0
}
