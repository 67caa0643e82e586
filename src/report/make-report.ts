import type { PlanewrightError } from '../error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ClusterOutcome } from '../engine/values/cluster-outcome.ts'
import type { Cause } from '../engine/explain/cause.ts'
import type { Causes } from '../engine/explain/explain.ts'
import type { Forecasts } from '../engine/stored/forecast-hosts.ts'
import type { HostOutcome } from '../engine/values/outcome.ts'
import type { FailedLookup, UnlistedControlPlane } from '../engine/cluster/unlisted.ts'
import { differenceText } from '../difference/difference.ts'
import type { Change } from '../host/change.ts'
import type { Ownership } from '../host/fact.ts'
import type { Forecast } from '../kubeadm/forecast.ts'
import { version } from '../version.ts'
import { diffOf, textDiff } from './diff.ts'
import { exitCodeOf, exitCodeOfError } from './exit-code.ts'
import type { ChangeReport, ClusterReport, FailureReport, HostReport, Report } from './schema.ts'

/** What goes into a report. */
export interface ReportInput {
  readonly verb: Report['verb']
  readonly started: Date
  readonly milliseconds: number
  readonly outcomes: readonly HostOutcome[]
  /** Why hosts differ, if the verb looked for it. */
  readonly causes?: Causes
  /** What an upgrade will change, if somebody asked for it. */
  readonly forecasts?: Forecasts
  /** The outcomes of clusters as a whole, if they were asked. */
  readonly clusters?: readonly ClusterOutcome[]
  /** Control planes that the inventory lacks, if the verb looked for them. */
  readonly unlisted?: readonly UnlistedControlPlane[]
  /** The lookups for them that failed. */
  readonly failedLookups?: readonly FailedLookup[]
  /** The error that ended the run before any host was changed. */
  readonly error: PlanewrightError | undefined
  readonly interrupted: boolean
}

function ownership({ mode, owner, group }: Ownership) {
  return { mode: mode.toString(8).padStart(4, '0'), owner, group }
}

function reportChange(change: Change): ChangeReport {
  const { task, path } = change
  const { differences } = change
  const kinds = differences.map(({ kind }) => kind)
  const base = { task, path, differences: differences.map(differenceText), kinds }
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
  const { code, reasonCode = null, message, where, why, remedy } = error
  return { code, reasonCode, what: message, where: { ...where }, why: why ?? null, remedy: remedy ?? null }
}

function reportCause({ path, cause, words, file }: Cause): HostReport['causes'][number] {
  return {
    path,
    cause,
    words,
    owner: file?.owner ?? null,
    group: file?.group ?? null,
    modified: file === null ? null : new Date(file.modified * 1000).toISOString(),
  }
}

function reportForecast(forecast: Forecast | undefined): HostReport['forecast'] {
  if (forecast === undefined) return null
  const { from, to, flags, volumes, lost, gained, changed } = forecast
  return {
    from: from ?? null,
    to,
    flags: Object.fromEntries(
      Object.entries(flags).map(([name, values]): [string, string[]] => [name, [...values]]),
    ),
    volumes: [...volumes],
    lost: [...lost],
    gained: [...gained],
    changed: [...changed],
  }
}

function reportHost(outcome: HostOutcome, { causes, forecasts }: ReportInput): HostReport {
  const { host, address, status, undone, proof, error } = outcome
  return {
    host,
    address,
    cluster: outcome.cluster ?? null,
    status,
    changes: outcome.changes.map(reportChange),
    causes: (causes?.get(host) ?? []).map(reportCause),
    forecast: reportForecast(forecasts?.get(host)),
    proof: proof === null ? null : { ...proof, stageTimestamp: proof.stageTimestamp ?? null },
    warnings: [...outcome.warnings],
    error: error === undefined ? null : reportError(error),
    undone,
  }
}

function reportCluster(outcome: ClusterOutcome): ClusterReport {
  const { cluster, hosts, status, changes, warnings, waitsFor, differing, error } = outcome
  return {
    cluster,
    hosts: [...hosts],
    status,
    changes: changes.map(({ kind, task, name, differences, before, after }) => ({
      kind,
      task,
      name,
      differences: [...differences],
      diff: textDiff(name, before, after),
    })),
    warnings: [...warnings],
    waitsFor: [...waitsFor],
    differing: differing.map(({ setting, values }) => ({ setting, values: { ...values } })),
    error: error === undefined ? null : reportError(error),
  }
}

/**
 * If the inventory lacks a host, that host may differ: for verify, something is to be done. Changes of a
 * cluster that wait for hosts outside the run do not count, as this run could not make them.
 */
function exitCodeOfRun(input: ReportInput): number {
  const { verb, outcomes, clusters = [], unlisted = [], interrupted } = input
  const forecasts: Forecasts = input.forecasts ?? new Map()
  const code = exitCodeOf(outcomes, interrupted)
  if (code !== exitCodes.done && code !== exitCodes.pending) return code
  const any = (status: ClusterOutcome['status']) => clusters.some((cluster) => cluster.status === status)
  // `plan` and `verify` have seen what there is to see. An `apply` has not done its work.
  if (any('failed') || (verb === 'apply' && any('unknown'))) return exitCodes.failed
  const isForetold = [...forecasts.values()].some(({ lost, gained }) => lost.length + gained.length > 0)
  const isPending = clusters.some(({ status, waitsFor }) => status === 'pending' && waitsFor.length === 0)
  const isDue = verb !== 'apply' && (isPending || isForetold)
  return isDue || (verb === 'verify' && unlisted.length > 0) ? exitCodes.pending : code
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
    hosts: outcomes.map((outcome) => reportHost(outcome, input)),
    clusters: (input.clusters ?? []).map(reportCluster),
    unlistedControlPlanes: (input.unlisted ?? []).map((one) => ({
      ...one,
      addresses: [...one.addresses],
      knownBy: [...one.knownBy],
    })),
    failedLookups: (input.failedLookups ?? []).map((failedLookup) => ({
      hosts: [...failedLookup.hosts],
      error: reportError(failedLookup.error),
    })),
    error: error === undefined ? null : reportError(error),
  }
}
