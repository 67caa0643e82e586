import type { HostReport } from './schema.ts'

/** What a run asks of every host: the names of its tasks, in their order, the one that proves among them. */
export interface Requirements {
  readonly tasks: readonly string[]
  /** The task whose requirement is met by a proof; it plans no changes. */
  readonly proof: string
}

/** The tasks of the run, and those that a change names beside them: nothing that was found may go unsaid. */
export function tasksOf(
  { changes }: Pick<HostReport, 'changes'>,
  { tasks }: Requirements,
): readonly string[] {
  return [...new Set([...tasks, ...changes.map(({ task }) => task)])]
}

/**
 * Whether it is known what is due on a host. A host that failed or was lost before it was planned has no changes
 * either, and must not pass for one that is as it should be.
 */
export function wasPlanned({ status, changes, error }: HostReport): boolean {
  if (status === 'ok' || status === 'pending' || status === 'changed') return true
  // A proof is looked for only where a plan was.
  return changes.length > 0 || error?.code === 'proof'
}
