import * as z from 'zod'
import type { HostHistory } from '../engine/rollback/read-histories.ts'
import type { PlanewrightError } from '../error.ts'
import { exitCodes } from '../exit-codes.ts'
import type { KeptChange, KeptTransaction } from '../guard/history.ts'
import { transactionStates } from '../guard/transaction-status.ts'
import { guardReasonCodes } from '../reason-code.ts'
import { version } from '../version.ts'
import { exitCodeOfError } from './exit-code.ts'
import { reportError } from './make-report.ts'
import { Failure } from './schema.ts'

const Change = z.object({
  kind: z.enum(['file', 'directory']),
  path: z.string().describe('absolute path on the host'),
  action: z.enum(['made', 'changed', 'removed']),
})

const Transaction = z.object({
  id: z.string().describe('the ID for rollback --to'),
  state: z.enum(transactionStates),
  open: z.boolean().describe('whether it is still open on the host'),
  since: z.string().describe("RFC 3339, by the host's clock"),
  who: z.string().describe('user@machine that planewright ran as'),
  from: z.string().describe('address that planewright connected from; empty if the host does not know it'),
  what: z.string().describe('the tasks, or the rollback'),
  reason: z.string().nullable().describe('why it was undone, in words'),
  reasonCode: z.enum(guardReasonCodes).nullable().describe('the same for programs'),
  failure: z.string().nullable().describe('why the undo failed, in words'),
  failureCode: z.enum(guardReasonCodes).nullable().describe('the same for programs'),
  changes: z.array(Change),
})

/** What `history --output json` prints, on success and on failure. The form is in docs/json.md. */
export const History = z.object({
  planewright: z.string().describe('version'),
  verb: z.literal('history'),
  exitCode: z.int(),
  hosts: z.array(
    z.object({
      host: z.string(),
      address: z.string(),
      transactions: z.array(Transaction).describe('the oldest first'),
      error: Failure.nullable(),
    }),
  ),
  error: Failure.nullable().describe('what ended the run before any host was asked'),
})

export type History = z.output<typeof History>

/** What a transaction did at a path. */
export function actionOf(change: KeptChange): 'made' | 'changed' | 'removed' {
  if (change.made || (change.kind === 'file' && change.before === undefined)) return 'made'
  return change.kind === 'file' && change.after === undefined ? 'removed' : 'changed'
}

function reportTransaction({ status, changes }: KeptTransaction): z.output<typeof Transaction> {
  const { id, state, open, origin } = status
  const { since, who, from, what } = origin
  const [reason, reasonCode] = [status.reason?.words ?? null, status.reason?.code ?? null]
  const [failure, failureCode] = [status.failure?.words ?? null, status.failure?.code ?? null]
  const shown = changes.map((change) => ({ kind: change.kind, path: change.path, action: actionOf(change) }))
  const why = { reason, reasonCode, failure, failureCode }
  return { id, state, open, since, who, from, what, ...why, changes: shown }
}

/** A failure comes before a lost host. */
function exitCodeOfHosts(hosts: readonly HostHistory[]): number {
  const codes = hosts.map(({ error }) => (error === undefined ? exitCodes.done : exitCodeOfError(error)))
  return codes.find((code) => code === exitCodes.failed) ?? codes.find((code) => code !== exitCodes.done) ?? 0
}

/** Histories as data, as `history --output json` prints them. */
export function makeHistory(hosts: readonly HostHistory[], error?: PlanewrightError): History {
  return {
    planewright: version,
    verb: 'history',
    exitCode: error === undefined ? exitCodeOfHosts(hosts) : exitCodeOfError(error),
    hosts: hosts.map(({ host, address, transactions, error: own }) => ({
      host,
      address,
      transactions: transactions.map(reportTransaction),
      error: own === undefined ? null : reportError(own),
    })),
    error: error === undefined ? null : reportError(error),
  }
}
