import { PlanewrightError } from '../../error.ts'
import type { KeptChange, KeptTransaction } from '../../guard/history.ts'
import { transactionsFolder } from '../../guard/transaction.ts'
import type { FileState } from '../../host/change.ts'
import type { Ownership, RegularFileFact } from '../../host/fact.ts'
import type { HostReader } from '../../host/host-reader.ts'

/** A change that a transaction made. */
interface Made {
  readonly id: string
  readonly change: KeptChange
}

/** A file as it was before the transactions that are rolled back, and as the last of them left it. */
export interface Target {
  readonly path: string
  /** Undefined if there was no file. */
  readonly wanted: FileState | undefined
  /** Hex sha256; undefined if the file was removed. */
  readonly left: string | undefined
  /** The paths on the host of what the last of them wrote, and of what was there before the first. */
  readonly written: string
  readonly backup: string
  readonly sensitive: boolean
  readonly stagedIn: string
}

/** A directory as it was before; without a mode if it did not exist. */
export interface DirectoryTarget {
  readonly path: string
  readonly wanted: Ownership | undefined
}

/** Everything that is rolled back on one host. */
export interface Targets {
  readonly files: readonly Target[]
  readonly directories: readonly DirectoryTarget[]
}

/** How to find another transaction to roll back to. */
const historyHint = 'See what is kept there: planewright history HOST.'

/** The transactions that are rolled back, the newest first. */
export function chooseTransactions(
  history: readonly KeptTransaction[],
  to: string | undefined,
): readonly KeptTransaction[] {
  const confirmed = history.filter(({ status }) => status.state === 'confirmed').reverse()
  if (to === undefined && confirmed[0] !== undefined) return [confirmed[0]]
  const index = confirmed.findIndex(({ status }) => status.id === to)
  if (index !== -1) return confirmed.slice(0, index + 1)
  const what = to === undefined ? 'no transaction' : `no confirmed transaction ${to}`
  throw new PlanewrightError('host', `${what} is kept on this host: there is nothing to roll back to`, {
    where: { path: transactionsFolder },
    remedy: historyHint,
  })
}

/** A content that was there before may be anybody's, in any encoding. */
export function stateOf({ sha256, content: bytes }: RegularFileFact, as: Ownership): FileState {
  const { mode, owner, group } = as
  const content = bytes.toString('utf8')
  const state = { mode, owner, group, sha256, content }
  return Buffer.from(content, 'utf8').equals(bytes) ? state : { ...state, bytes }
}

function keptIn({ id, change }: Made, part: 'new' | 'backup'): string {
  return `${transactionsFolder}/${id}/${part}/${change.number}`
}

async function targetOf(reader: HostReader, path: string, kept: readonly Made[]): Promise<Target> {
  const [newest, oldest] = [kept[0], kept.at(-1)]
  if (newest === undefined || oldest === undefined)
    throw new PlanewrightError('internal', 'a target without a change')
  const { stagedIn, after: left } = newest.change
  const sensitive = kept.some(({ change }) => change.sensitive)
  const backup = keptIn(oldest, 'backup')
  const base = { path, left, written: keptIn(newest, 'new'), backup, sensitive, stagedIn }
  const { before, had } = oldest.change
  if (before === undefined) return { ...base, wanted: undefined }
  const fact = await reader.file(backup)
  if (fact.type === 'regular' && fact.sha256 === before && had !== undefined)
    return { ...base, wanted: stateOf(fact, had) }
  throw new PlanewrightError('host', `the backup of ${path} is not what it was`, {
    where: { path: backup },
    why: fact.type === 'regular' ? 'its content is another one' : 'it is not there',
    remedy: `Nothing was written. ${historyHint}`,
  })
}

/**
 * Reads the old state of each path, from the oldest transaction that changed it. Each path comes once, in the
 * order of the newest transaction.
 */
export async function readTargets(reader: HostReader, chosen: readonly KeptTransaction[]): Promise<Targets> {
  const all = chosen.flatMap(({ status, changes }) =>
    changes.toReversed().map((change) => ({ id: status.id, change })),
  )
  const byPath = (kind: KeptChange['kind']) => [
    ...Map.groupBy(
      all.filter(({ change }) => change.kind === kind),
      ({ change }) => change.path,
    ),
  ]
  const files = await Promise.all(byPath('file').map(([path, kept]) => targetOf(reader, path, kept)))
  return {
    files: [
      ...files.filter(({ wanted }) => wanted !== undefined),
      ...files.filter(({ wanted }) => wanted === undefined),
    ],
    directories: byPath('directory').map(([path, kept]) => ({ path, wanted: kept.at(-1)?.change.had })),
  }
}
