import type { HostReport } from './schema.ts'

/**
 * What a run requires on every host: the names of its tasks in their order, including the task that proves.
 */
export interface Requirements {
  readonly tasks: readonly string[]
  /** The task whose requirement a proof meets; it plans no changes. */
  readonly proof: string
}

/** The tasks of the run, and other tasks that a change names: no finding may be left out. */
export function tasksOf(
  { changes }: Pick<HostReport, 'changes'>,
  { tasks }: Requirements,
): readonly string[] {
  return [...new Set([...tasks, ...changes.map(({ task }) => task)])]
}

/**
 * Whether the changes that are due on a host are known. A host that failed or was lost before it was planned
 * has no changes either, and must not look as if it were right.
 */
export function wasPlanned({ status, changes, error }: HostReport): boolean {
  if (status === 'ok' || status === 'pending' || status === 'changed') return true
  // planewright looks for a proof only after it has planned the host.
  return changes.length > 0 || error?.code === 'proof'
}
