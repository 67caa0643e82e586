import type { PlanewrightError } from '../error.ts'
import type { HostOutcome } from '../engine/outcome.ts'
import type { Doubt, Stranger } from '../engine/stranger.ts'
import type { Change } from '../host/change.ts'
import type { Ownership } from '../host/fact.ts'
import { version } from '../version.ts'
import { diffOf } from './diff.ts'
import { exitCodeOf, exitCodeOfError, exitCodes } from './exit-code.ts'
import type { ChangeReport, FailureReport, HostReport, Report } from './schema.ts'

/** What a report is made of. */
export interface ReportInput {
  readonly verb: Report['verb']
  readonly started: Date
  readonly milliseconds: number
  readonly outcomes: readonly HostOutcome[]
  /** Control planes that the inventory lacks, where they were looked for. */
  readonly strangers?: readonly Stranger[]
  /** What could not be asked when they were looked for. */
  readonly doubts?: readonly Doubt[]
  /** What ended the run before any host was touched. */
  readonly error: PlanewrightError | undefined
  readonly interrupted: boolean
}

function ownership({ mode, owner, group }: Ownership) {
  return { mode: mode.toString(8).padStart(4, '0'), owner, group }
}

function reportChange(change: Change): ChangeReport {
  const { task, path } = change
  const base = { task, path, differences: [...change.differences] }
  switch (change.kind) {
    case 'directory': {
      const before = change.before === null ? null : ownership(change.before)
      return { kind: 'directory', ...base, before, after: ownership(change.after) }
    }
    case 'file': {
      const { before, after } = change
      return {
        kind: 'file',
        ...base,
        before: before === null ? null : { ...ownership(before), sha256: before.sha256 },
        after: { ...ownership(after), sha256: after.sha256 },
        diff: diffOf(change),
      }
    }
    case 'removal': {
      const { before } = change
      return {
        kind: 'removal',
        ...base,
        before: { ...ownership(before), sha256: before.sha256 },
        diff: diffOf(change),
      }
    }
    case 'restart':
      return { kind: 'restart', ...base, component: change.component, flags: { ...change.flags } }
  }
}

/** An error as data. */
export function reportError(error: PlanewrightError): FailureReport {
  const { code, message, where, why, remedy } = error
  return { code, what: message, where: { ...where }, why: why ?? null, remedy: remedy ?? null }
}

function reportHost(outcome: HostOutcome): HostReport {
  const { host, address, status, undone, proof, error } = outcome
  return {
    host,
    address,
    cluster: outcome.cluster ?? null,
    status,
    changes: outcome.changes.map(reportChange),
    proof: proof === null ? null : { ...proof, stageTimestamp: proof.stageTimestamp ?? null },
    warnings: [...outcome.warnings],
    error: error === undefined ? null : reportError(error),
    undone,
  }
}

/** A host that is left out of the inventory is one that may differ: for verify that is something to be done. */
function exitCodeOfRun({ verb, outcomes, strangers = [], interrupted }: ReportInput): number {
  const code = exitCodeOf(outcomes, interrupted)
  return code === exitCodes.done && verb === 'verify' && strangers.length > 0 ? exitCodes.pending : code
}

/** A run as data: what `--output json` prints. */
export function makeReport(input: ReportInput): Report {
  const { verb, started, milliseconds, outcomes, error } = input
  return {
    planewright: version,
    verb,
    started: started.toISOString(),
    milliseconds: Math.round(milliseconds),
    exitCode: error === undefined ? exitCodeOfRun(input) : exitCodeOfError(error),
    hosts: outcomes.map(reportHost),
    strangers: (input.strangers ?? []).map((one) => ({
      ...one,
      addresses: [...one.addresses],
      knownBy: [...one.knownBy],
    })),
    doubts: (input.doubts ?? []).map((doubt) => ({
      hosts: [...doubt.hosts],
      error: reportError(doubt.error),
    })),
    error: error === undefined ? null : reportError(error),
  }
}
