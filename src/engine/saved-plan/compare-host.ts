import { compareChanges, isPerformed } from './compare-changes.ts'
import type { PlanDifference } from './difference.ts'
import type { SavedHost, SavedProof } from './saved-plan.ts'

/** A host, the cluster that it is in, and which one it is there, from 1; 0 where it is in another cluster now. */
export interface HostInCluster extends SavedHost {
  readonly cluster: string | null
  readonly turn: number
}

/** What has become of a plan of one host since it was saved. */
export interface HostComparison {
  readonly host: string
  /** Empty where the plan is still the same, or has been performed. */
  readonly differences: readonly PlanDifference[]
  /** Whether all that was planned has been done since, and nothing is due. */
  readonly performed: boolean
}

type Digests = Readonly<Record<string, string>>

/** The names under which two records do not hold the same, in order. */
function differentNames(planned: Digests, now: Digests): readonly string[] {
  const names = new Set([...Object.keys(planned), ...Object.keys(now)])
  return [...names].filter((name) => planned[name] !== now[name]).toSorted()
}

/** The fields of a proof, in the words of people. */
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

/** Compares the plan of a host with the one that was saved. */
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
  // A proof is made of what was compared already: it is told where nothing else is.
  return {
    host: now.host,
    differences: differences.length === 0 ? compareProof(planned.proof, now.proof) : differences,
    performed,
  }
}
