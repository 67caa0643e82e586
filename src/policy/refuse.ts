import { PlanewrightError } from '../error.ts'
import type { PolicyFinding } from './policy.ts'
import type { Place } from './source.ts'

/**
 * The error for a policy that cannot be used, at the first of its findings, with all of them as the reason.
 */
export function refusePolicy(findings: readonly PolicyFinding[]): PlanewrightError {
  const sorted = [...findings].sort(compareByPlace).filter(isFirstOfItsField)
  const { line, column } = sorted[0] ?? {}
  return new PlanewrightError('policy', 'the audit policy cannot be used', {
    where: { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) },
    why: sorted.map(describeFinding).join('\n'),
    remedy: 'Nothing was written. Correct the policy; its fields are those of audit.k8s.io/v1 Policy.',
  })
}

/** The error for a text that is neither YAML nor JSON. */
export function refuseSource(message: string, { line, column }: Place): PlanewrightError {
  return refusePolicy([{ path: '', message, line, column }])
}

function compareByPlace(one: PolicyFinding, other: PolicyFinding): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)
}

/** A field of a wrong type is also invalid for a second reason: only the first one is reported. */
function isFirstOfItsField({ path }: PolicyFinding, index: number, all: readonly PolicyFinding[]): boolean {
  return path === '' || all.findIndex((finding) => finding.path === path) === index
}

function describeFinding({ path, message, line }: PolicyFinding): string {
  const place = [path, ...(line === undefined ? [] : [path === '' ? `line ${line}` : `(line ${line})`])]
    .join(' ')
    .trim()
  return place === '' ? message : `${place}: ${message}`
}
