import { openSession, type Session } from '../engine/session/session.ts'
import { shielded } from '../engine/values/event.ts'
import { makeReport } from '../report/make-report.ts'
import type { Report } from '../report/schema.ts'
import type { PipelineEvent } from './event.ts'
import type { PipelineOptions } from './options.ts'
import type { Findings, RunResult } from './result.ts'

/** Opens a session for an action, and closes its connections before it returns the answer. */
export async function withSession<Answer>(
  options: PipelineOptions,
  action: (session: Session, tell: (event: PipelineEvent) => void) => Promise<Answer>,
): Promise<Answer> {
  const tell = shielded(options.listener ?? (() => undefined))
  await using session = await openSession(options)
  const hosts = session.hosts.map(({ host }) => host.name)
  const inventory = [...hosts, ...session.neighbours.map(({ name }) => name)]
  tell({ type: 'hosts-selected', hosts, inventory })
  return await action(session, tell)
}

/** Runs a verb from its options to its result. */
export async function runPipeline<Found extends Findings>(
  verb: Report['verb'],
  options: PipelineOptions,
  perform: (session: Session, tell: (event: PipelineEvent) => void) => Promise<Found>,
): Promise<Found & RunResult> {
  const started = new Date()
  const start = performance.now()
  const findings = await withSession(options, perform)
  const { hosts: outcomes, unlisted, ...others } = findings
  const report = makeReport({
    verb,
    started,
    milliseconds: performance.now() - start,
    outcomes,
    ...others,
    unlisted: unlisted.found,
    failedLookups: unlisted.failedLookups,
    error: undefined,
    interrupted: options.signal?.aborted ?? false,
  })
  return { ...findings, exitCode: report.exitCode, report }
}
