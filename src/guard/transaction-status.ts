import { PlanewrightError } from '../error.ts'
import type { ProcessIdentity } from '../host/change.ts'
import { readReason, type Reason } from './reason.ts'

/**
 * The state of a transaction; see guard.sh.
 *
 * - `staged`, `writing`, `stopping`, `starting`: the change is under way
 * - `serving`: everything is done, and the guard waits for the confirmation
 * - `withdrawing`, `restoring`, `recovering`: the undo is under way
 * - `confirmed`, `undone`: ended as it should
 * - `abandoned`: somebody else edited the manifest meanwhile; the guard changes nothing more
 * - `failed`: the guard could not undo everything, or the old process does not serve
 */
export type TransactionState = (typeof transactionStates)[number]

export const transactionStates = [
  'staged',
  'writing',
  'stopping',
  'starting',
  'serving',
  'confirmed',
  'withdrawing',
  'restoring',
  'recovering',
  'undone',
  'abandoned',
  'failed',
] as const

const finalStates: readonly TransactionState[] = ['confirmed', 'undone', 'abandoned', 'failed']

export function isFinal(state: TransactionState): boolean {
  return finalStates.includes(state)
}

/** Who staged a transaction. */
export interface Origin {
  /** `user@machine` */
  readonly who: string
  /** The address that the connection came from; empty if the host does not know it. */
  readonly from: string
  /** RFC 3339, by the host's clock. */
  readonly since: string
  readonly what: string
}

/** The process that serves after the change, or again after its undo. */
export interface ServingProcess extends ProcessIdentity {
  readonly argv: readonly string[]
}

/** A file that somebody else edited during the transaction, by the number of its change. */
export interface ForeignEdit {
  readonly change: number
  /** What is there now; empty if it is not a file. */
  readonly content: string
}

/** All that a host says about one transaction. */
export interface TransactionStatus {
  readonly id: string
  readonly state: TransactionState
  /** Whether a guard is at work on the host. */
  readonly guard: boolean
  /** Whether the transaction still holds the host. */
  readonly open: boolean
  /** Whether the shell that staged it still exists; undefined if that was not asked. */
  readonly stagingShell: boolean | undefined
  readonly process: ServingProcess | undefined
  readonly origin: Origin
  /** Why it was undone. */
  readonly reason: Reason | undefined
  /** The ends of the program's own logs. */
  readonly words: string | undefined
  /** Why the undo failed. */
  readonly failure: Reason | undefined
  readonly foreign: ForeignEdit | undefined
}

function isState(word: string | undefined): word is TransactionState {
  return transactionStates.some((state) => state === word)
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8')
}

function optional(base64: string | undefined): string | undefined {
  const text = decode(base64).trim()
  return text === '' ? undefined : text
}

function readProcess(fields: readonly string[] | undefined): ServingProcess | undefined {
  if (fields === undefined) return undefined
  const argv = decode(fields[2]).split('\0')
  if (argv.at(-1) === '') argv.pop()
  return { pid: Number(fields[0]), startTicks: Number(fields[1]), argv }
}

/**
 * Reads the output of `describe` in state.sh. Undefined for no output: then no transaction is open.
 *
 * @throws PlanewrightError `host` for any other output.
 */
export function readTransactionStatus(output: Buffer): TransactionStatus | undefined {
  const text = output.toString('latin1').trim()
  if (text === '') return undefined
  const lines = new Map(text.split('\n').map((line) => [line.split(' ')[0] ?? '', line.split(' ').slice(1)]))
  const value = (key: string) => lines.get(key)?.[0]
  const [id, state] = [value('transaction'), value('state')]
  if (id === undefined || !isState(state)) {
    throw new PlanewrightError('host', 'the host says nothing sensible of its transaction', {
      why: text.slice(0, 200),
      remedy: 'Look at /var/lib/planewright on the host.',
    })
  }
  const [who = '', from = '', since = '', , what = ''] = decode(value('origin')).split('\n')
  const foreign = lines.get('foreign')
  return {
    id,
    state,
    guard: value('guard') === 'yes',
    open: value('open') === 'yes',
    stagingShell: lines.has('session') ? value('session') === 'yes' : undefined,
    process: readProcess(lines.get('process')),
    origin: { who, from, since, what },
    reason: readReason(optional(value('reason-code')), optional(value('reason'))),
    words: optional(value('words')),
    failure: readReason(optional(value('failure-code')), optional(value('failure'))),
    foreign: foreign === undefined ? undefined : { change: Number(foreign[0]), content: decode(foreign[1]) },
  }
}
