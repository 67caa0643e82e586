import { describeEntry, differences, type Description } from './description.ts'
import type { StagedChange, StoredTransaction } from './transaction.ts'

/** What is known of the machine when it has come up again after a power cut. */
export interface Evidence {
  readonly before: Description
  readonly now: Description
  /** Undefined where the power went before anything was staged. */
  readonly transaction: StoredTransaction | undefined
  /** Whether no transaction is open any more. */
  readonly isSettled: boolean
  /** What was seen last of the transaction, before the cut. */
  readonly lastSeen: string
}

export interface Verdict {
  readonly outcome: 'as before' | 'as wanted' | 'neither'
  /** Everything that is not as it has to be; empty where all is well. */
  readonly problems: readonly string[]
}

/** The folder of the log may stay when everything else is as before: there may be a log in it (docs/transactions.md). */
const isOfLog = (path: string): boolean => path.startsWith('/var/log/')

/**
 * A host is as before or as wanted, byte for byte, and the guard says which. What somebody was told to be confirmed, or
 * could have seen so, is as wanted.
 */
export function judge({ before, now, transaction, isSettled, lastSeen }: Evidence): Verdict {
  const state = transaction?.state ?? ''
  const wanted = applyChanges(before, transaction?.changes ?? [])
  const fromBefore = differences(withoutLog(before), withoutLog(now))
  const fromWanted = [...differences(withoutLog(wanted), withoutLog(now)), ...wrongDirectories(wanted, now)]
  const outcome =
    fromBefore.length === 0 ? 'as before' : fromWanted.length === 0 ? 'as wanted' : ('neither' as const)
  const problems: string[] = []
  if (outcome === 'neither') {
    problems.push(...(fromBefore.length < fromWanted.length ? fromBefore : fromWanted))
  }
  if (!isSettled) problems.push(`the transaction is still open: it is ${state}`)
  const told = { undone: 'as before', confirmed: 'as wanted', '': 'as before' }[state]
  if (told === undefined) problems.push(`the transaction is ${state}: ${transaction?.reason ?? ''}`)
  else if (outcome !== told)
    problems.push(`the transaction is ${state || 'not there'}, but the host is ${outcome}`)
  if ((lastSeen === 'confirmed' || lastSeen === 'ended') && state !== 'confirmed') {
    problems.push(`it was confirmed before the power went, and is ${state || 'not there'} now`)
  }
  return { outcome, problems }
}

/** What is to stand there when a transaction is confirmed. */
export function applyChanges(before: Description, changes: readonly StagedChange[]): Description {
  const wanted = new Map(Object.entries(before))
  for (const { kind, path, after, mode, owner } of changes) {
    if (kind === 'directory') wanted.set(path, describeEntry({ type: 'd', mode, owner, content: '' }))
    else if (after === '-') wanted.delete(path)
    else wanted.set(path, describeEntry({ type: 'f', mode, owner, content: after }))
  }
  return Object.fromEntries(wanted)
}

function withoutLog(description: Description): Description {
  return Object.fromEntries(Object.entries(description).filter(([path]) => !isOfLog(path)))
}

/** Of the log's folders only those that are wanted: how their parents are made is left to mkdir. */
function wrongDirectories(wanted: Description, now: Description): readonly string[] {
  const ofLog = Object.entries(wanted).filter(([path]) => isOfLog(path))
  const found = ofLog.flatMap(([path]) => (now[path] === undefined ? [] : [[path, now[path]] as const]))
  return differences(Object.fromEntries(ofLog), Object.fromEntries(found))
}
