import { changeText, changeWithDiff } from './change-text.ts'
import { failureVerdict } from './failure-verdict.ts'
import { tasksOf, wasPlanned, type Requirements } from './requirements.ts'
import type { ChangeReport, FailureReport, HostReport } from './schema.ts'
import { passed, skipped, type Case, type Suite, type Verdict } from './verdict.ts'

/** The case for what belongs to no task: the login, the state of the host and its cluster, the restart. */
const ownCase = 'host'

/** The case that reports an error. It is only one, so that one failure counts once. */
function caseOf({ code, where }: FailureReport, tasks: readonly string[], proof: string): string {
  if (code === 'proof') return proof
  return where.task !== undefined && tasks.includes(where.task) ? where.task : ownCase
}

/** Why a skipped host was not begun. */
function skippedHost({ error }: HostReport): Verdict {
  return skipped(error?.what ?? 'not begun')
}

function due(type: string, said: readonly string[], changes: readonly ChangeReport[]): Verdict {
  const differences = changes.flatMap((change) => change.differences).join('; ')
  return {
    status: 'failed',
    type,
    message: [...said, differences].join(': '),
    details: [...said, ...changes.map(changeWithDiff)].join('\n'),
  }
}

/** The verdict about a task's changes, on a host that was begun. */
function verdictOfChanges({ status, undone }: HostReport, changes: readonly ChangeReport[]): Verdict {
  switch (status) {
    case 'ok':
    case 'changed':
      return passed
    case 'unreachable':
      return skipped('the host is unreachable; the state of this change is unknown')
    case 'pending':
      return due('pending', [], changes)
    case 'failed':
    case 'skipped':
      return undone ? due('undone', ['undone'], changes) : due('failed', ['the state is unknown'], changes)
  }
}

function verdictOfTask(host: HostReport, task: string): Verdict {
  const changes = host.changes.filter((change) => change.task === task)
  if (changes.length > 0) return verdictOfChanges(host, changes)
  return wasPlanned(host) ? passed : skipped('not checked: the host failed before')
}

function verdictOfProof({ status, proof }: HostReport): Verdict {
  if (proof !== null) return passed
  if (status !== 'pending') return skipped('no proof was tried')
  return skipped('no proof: the host differs, and an event may come from its old policy')
}

function verdictOf(host: HostReport, name: string, proof: string): Verdict {
  if (name === ownCase) return passed
  return name === proof ? verdictOfProof(host) : verdictOfTask(host, name)
}

function verdictOfError(error: FailureReport, changes: readonly ChangeReport[]): Verdict {
  // A missing event is an answer. Any other error means that there is no answer.
  const status = error.reasonCode === 'no-event' ? 'failed' : 'error'
  return failureVerdict(status, error, changes.map(changeWithDiff))
}

function casesOf(host: HostReport, requirements: Requirements): readonly Case[] {
  const { proof } = requirements
  const tasks = tasksOf(host, requirements)
  const { error } = host
  const culprit = error === null ? undefined : caseOf(error, tasks, proof)
  return [ownCase, ...tasks].map((name) => {
    if (host.status === 'skipped') return { name, verdict: skippedHost(host) }
    if (error === null || name !== culprit) return { name, verdict: verdictOf(host, name, proof) }
    const own = host.changes.filter(({ task }) => task === name)
    return { name, verdict: verdictOfError(error, own) }
  })
}

function notesOf({ status, changes, causes, proof, undone }: HostReport): readonly string[] {
  const event =
    proof === null
      ? []
      : [
          `proof ${proof.auditID}: ${proof.verb} ${proof.requestURI} ${proof.status}, ${proof.stage},`,
          `  received ${proof.requestReceivedTimestamp}, in ${proof.logFile}`,
        ]
  const made = status === 'changed' ? ['changed:', ...changes.map(changeText)] : []
  const why = causes.map(({ path, words }) => `${path}: ${words}`)
  return [...made, ...why, ...event, ...(undone ? ['undone: the host runs what it ran before'] : [])]
}

/** A host's requirements, each with its verdict: always the same cases, in the same order. */
export function hostSuite(host: HostReport, requirements: Requirements): Suite {
  const { address, cluster } = host
  return {
    name: host.host,
    hostname: host.host,
    properties: { address, ...(cluster === null ? {} : { cluster }) },
    cases: casesOf(host, requirements),
    notes: notesOf(host),
    warnings: host.warnings,
  }
}
