import { readHistories, type HostHistory } from '../engine/rollback/read-histories.ts'
import { makeHistory, type History } from '../report/history-report.ts'
import type { PipelineOptions } from './options.ts'
import { withSession } from './run-pipeline.ts'

export type HistoryOptions = PipelineOptions

/** The transactions of each host. */
export interface HistoryResult {
  readonly hosts: readonly HostHistory[]
  /** The command's exit code: 0, or that of the first host that could not be read. */
  readonly exitCode: number
  /** The same as data, as `history --output json` prints it. */
  readonly report: History
}

/**
 * Reads the transactions that each host keeps, the oldest first. Writes nothing.
 *
 * @throws PlanewrightError for an error that ends the whole run, before any host is asked. The failure of one
 * host is never thrown: it is in that host's history.
 */
export async function history(options: HistoryOptions): Promise<HistoryResult> {
  const hosts = await withSession(options, readHistories)
  const report = makeHistory(hosts)
  return { hosts, exitCode: report.exitCode, report }
}
