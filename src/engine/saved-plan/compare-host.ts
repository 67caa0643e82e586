import { compareChanges, isPerformed } from './compare-changes.ts'
import type { PlanDifference } from './difference.ts'
import type { SavedHost, SavedProof } from './saved-plan.ts'

/** A host, its cluster, and its place in the cluster, from 1; 0 if it is in another cluster now. */
export interface HostInCluster extends SavedHost {
  readonly cluster: string | null
  readonly turn: number
}

/** How one host's plan has changed since it was saved. */
export interface HostComparison {
  readonly host: string
  /** Empty if the plan is still the same, or has been performed. */
  readonly differences: readonly PlanDifference[]
  /** Whether all planned changes have been performed since, and none is due. */
  readonly performed: boolean
}

type Digests = Readonly<Record<string, string>>

/** The names whose values differ between two records, sorted. */
function differentNames(planned: Digests, now: Digests): readonly string[] {
  const names = new Set([...Object.keys(planned), ...Object.keys(now)])
  return [...names].filter((name) => planned[name] !== now[name]).toSorted()
}

/** The fields of a proof, with their names for people. */
const proofFields = [
  ['policy', 'policy'],
  ['policyFile', 'policy file'],
  ['logFile', 'log'],
  ['apiserver', 'apiserver'],
] as const

function compareProof(planned: SavedProof | null, now: SavedProof | null): readonly PlanDifference[] {
  return proofFields.flatMap(([name, field]) => {
    const values = { planned: planned?.[name] ?? null, now: now?.[name] ?? null }
    return values.planned === values.now ? [] : [{ kind: 'wanted', of: 'the proof', field, ...values }]
  })
}

function compareTarget(planned: HostInCluster, now: HostInCluster): readonly PlanDifference[] {
  const fields = ['address', 'port', 'cluster', 'turn'] as const
  const text = (value: string | number | null) => (value === null ? null : String(value))
  return fields
    .filter((field) => planned[field] !== now[field])
    .map((field) => ({ kind: 'target', field, planned: text(planned[field]), now: text(now[field]) }))
}

/** Compares the plan of a host with the saved one. */
export function compareHost(
  planned: HostInCluster,
  now: HostInCluster,
  openTransaction: string | undefined,
): HostComparison {
  const open: readonly PlanDifference[] =
    openTransaction === undefined ? [] : [{ kind: 'open-transaction', id: openTransaction }]
  const asked = [
    ...compareTarget(planned, now),
    ...differentNames(planned.variables, now.variables).map((name) => ({ kind: 'variable', name }) as const),
    ...differentNames(planned.templates, now.templates).map(
      (reference) => ({ kind: 'template', reference }) as const,
    ),
    ...open,
  ]
  const performed = isPerformed(planned.changes, now.changes) && asked.length === 0
  const changes = performed ? [] : compareChanges(planned.changes, now.changes)
  const differences = [...asked, ...changes]
  // A proof follows from what was already compared, so it is reported only if nothing else differs.
  return {
    host: now.host,
    differences: differences.length === 0 ? compareProof(planned.proof, now.proof) : differences,
    performed,
  }
}
