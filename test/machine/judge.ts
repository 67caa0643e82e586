import { describeEntry, differences, type Description } from './description.ts'
import type { StagedChange, StoredTransaction } from './transaction.ts'

/** What is known about the machine after it has booted again. */
export interface Evidence {
  readonly before: Description
  readonly now: Description
  /** Undefined if the power was cut before anything was staged. */
  readonly transaction: StoredTransaction | undefined
  /** Whether no transaction is open any more. */
  readonly isSettled: boolean
  /** The phase or state that was seen last before the cut; `nothing` if none was. */
  readonly lastSeen: string
}

export interface Verdict {
  readonly outcome: 'as before' | 'as wanted' | 'neither'
  /** Everything that is wrong; empty if nothing is. */
  readonly problems: readonly string[]
}

/** If everything else is as before, the folders of the log may stay, as they may hold logs (docs/transactions.md). */
const isOfLog = (path: string): boolean => path.startsWith('/var/log/')

/** Whether the power was cut before the guard began. No transaction is open then, and nothing will happen any more. */
export function wasNeverBegun(transaction: StoredTransaction | undefined): boolean {
  return transaction === undefined || transaction.state === '' || transaction.state === 'staged'
}

/** A copy that a stage puts next to its place. After a lost stage it may stay until the next one (docs/transactions.md). */
const isStagedCopy = (path: string): boolean => /\/\.planewright-\d+T\d+Z-[0-9a-f]+-\d+$/.test(path)

/**
 * The host must be as before or as wanted, byte for byte, and the guard's state must say the same. If anybody was
 * told or could see that the transaction was confirmed, the host must be as wanted.
 */
export function judge({ before, now: found, transaction, isSettled, lastSeen }: Evidence): Verdict {
  const isLost = isSettled && wasNeverBegun(transaction)
  const now = isLost ? without(found, isStagedCopy) : found
  const state = isLost ? '' : (transaction?.state ?? '')
  const wanted = applyChanges(before, transaction?.changes ?? [])
  const fromBefore = differences(without(before, isOfLog), without(now, isOfLog))
  const fromWanted = [
    ...differences(without(wanted, isOfLog), without(now, isOfLog)),
    ...wrongDirectories(wanted, now),
  ]
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

/** The files that the host must have after the transaction is confirmed. */
export function applyChanges(before: Description, changes: readonly StagedChange[]): Description {
  const wanted = new Map(Object.entries(before))
  for (const { kind, path, after, mode, owner } of changes) {
    if (kind === 'directory') wanted.set(path, describeEntry({ type: 'd', mode, owner, content: '' }))
    else if (after === '-') wanted.delete(path)
    else wanted.set(path, describeEntry({ type: 'f', mode, owner, content: after }))
  }
  return Object.fromEntries(wanted)
}

function without(description: Description, isLeftOut: (path: string) => boolean): Description {
  return Object.fromEntries(Object.entries(description).filter(([path]) => !isLeftOut(path)))
}

/** Compares only those log folders that the transaction makes: mkdir decides how their parents are made. */
function wrongDirectories(wanted: Description, now: Description): readonly string[] {
  const ofLog = Object.entries(wanted).filter(([path]) => isOfLog(path))
  const found = ofLog.flatMap(([path]) => (now[path] === undefined ? [] : [[path, now[path]] as const]))
  return differences(Object.fromEntries(ofLog), Object.fromEntries(found))
}
