import path from 'node:path'
import { quote } from '../connection/shell.ts'
import type { FileChange, RemovalChange } from '../host/change.ts'
import { guardScript, stageScript } from './scripts.ts'
import {
  oneLine,
  type GuardedRestart,
  type GuardSettings,
  type Transaction,
  type WrittenChange,
} from './transaction.ts'

type Numbered = readonly [number: number, change: WrittenChange]

/** If several changes have one path, only the first meets what the survey saw; the others meet its result. */
function firstsOfPaths(changes: readonly WrittenChange[]): readonly Numbered[] {
  return [...changes.entries()].filter(
    ([number, { path: own }]) => changes.findIndex((other) => other.path === own) === number,
  )
}

function sumsOf(change: FileChange | RemovalChange, changes: readonly WrittenChange[]): readonly string[] {
  const ofPath = changes.filter((other) => other.path === change.path)
  return ofPath.flatMap((other) =>
    other.kind === 'directory' ? [] : [other.before?.sha256 ?? '-', other.after?.sha256 ?? '-'],
  )
}

/** A call with these bytes on its stdin, in base64, so that none of their lines can end the here-document. */
function fed(call: string, bytes: Buffer): string[] {
  const lines = bytes.toString('base64').replace(/(.{76})(?=.)/g, '$1\n')
  return [`${call} <<'END_OF_CONTENT'`, lines, 'END_OF_CONTENT']
}

function describe([number, change]: Numbered, changes: readonly WrittenChange[]): string[] {
  const { mode, owner, group } = change.after ?? change.before
  const secrecy = change.kind !== 'directory' && change.sensitive ? 'secret' : 'open'
  const ownership = `${mode.toString(8).padStart(4, '0')} ${owner}:${group} ${secrecy} ${quote(change.path)}`
  if (change.kind === 'directory') {
    const before = change.before === null ? 'absent' : 'present'
    return [`change ${number} directory ${before} present - ${ownership} -`]
  }
  const before = change.before?.sha256 ?? '-'
  const known = [...new Set(sumsOf(change, changes))].join(',')
  const after = change.after?.sha256 ?? '-'
  const described = `change ${number} file ${before} ${after} ${known} ${ownership} ${quote(change.stagedIn)}`
  if (change.after === null) return [described]
  const { bytes = Buffer.from(change.after.content, 'utf8') } = change.after
  return [described, ...fed(`content ${number} ${after}`, bytes)]
}

/**
 * The folder in which a file is staged has to exist before the first write. A new file's folder may be
 * missing: an earlier change makes it, or the write fails.
 */
function filesystem(change: WrittenChange): string[] {
  if (change.kind === 'directory') return []
  const folder = path.posix.dirname(change.path)
  if (folder === change.stagedIn) return []
  return [`same_filesystem ${quote(change.stagedIn)} ${quote(folder)}`]
}

/**
 * The order in which the changes are undone. Replaced files come back first and in their order, so that a
 * policy is back before the manifest that points at it. Then the files and directories that were made go, the
 * last first.
 */
export function undoOrder(changes: readonly WrittenChange[]): readonly number[] {
  const isReplaced = ([, change]: Numbered) => change.kind !== 'directory' && change.before !== null
  const firsts = firstsOfPaths(changes)
  const made = [...changes.entries()].filter(
    ([number, change]) =>
      !isReplaced([number, change]) &&
      (change.kind === 'directory' || firsts.some(([first]) => first === number)),
  )
  return [...firsts.filter(isReplaced), ...made.reverse()].map(([number]) => number)
}

function server({ address, port }: GuardedRestart['listens']): string {
  if (port === 0) return ''
  return `https://${address.includes(':') ? `[${address}]` : address}:${port}`
}

/** The assignments that guard.sh reads about the restart; each value is one word. */
function restartFile(
  restart: GuardedRestart,
  changes: readonly WrittenChange[],
  settings: GuardSettings,
): string[] {
  const number = changes.findIndex((change) => change.kind === 'file' && change.path === restart.manifest)
  const { component, before, listens, mounts, manifestIs } = restart
  const expected = Object.entries(restart.flags).map(([flag, value]) => `--${flag}=${value}`)
  return [
    `component=${quote(component)}`,
    `old_pid=${before?.pid ?? 0} old_ticks=${before?.startTicks ?? 0}`,
    `arguments=${quote(expected.join('\n'))}`,
    `port=${listens.port} server=${quote(component === 'kube-apiserver' ? server(listens) : '')}`,
    `manifest=${number === -1 ? "''" : number}`,
    `way=${manifestIs === 'kept' ? 'await' : settings.restart} drain=${settings.restart_drain}`,
    `awaited=${mounts === 'awaited' ? 'yes' : 'no'}`,
  ]
}

function restartCalls(transaction: Transaction): string[] {
  const { restart, changes, settings } = transaction
  if (restart === undefined) return []
  const { component, before } = restart
  return [
    ...fed('restart', Buffer.from(`${restartFile(restart, changes, settings).join('\n')}\n`)),
    `note_processes ${quote(component)} ${before?.pid ?? 0} ${before?.startTicks ?? 0}`,
  ]
}

/**
 * Stages a whole transaction: checks every precondition, then writes all backups and new contents, then
 * starts the guard.
 */
export function stageTransactionScript(transaction: Transaction): string {
  const { id, changes, settings } = transaction
  const firsts = firstsOfPaths(changes)
  return stageScript(id, [
    'begin',
    ...[...changes.entries()].flatMap((numbered) => describe(numbered, changes)),
    ...firsts.map(([number]) => `check ${number}`),
    ...changes.flatMap(filesystem),
    'enlist',
    ...firsts.map(([number]) => `prepare ${number}`),
    `printf '%s\\n' ${undoOrder(changes).join(' ')} >"$transaction/undo-order" || exit 1`,
    `printf '%s\\n' '${changes.length} ${settings.confirm_timeout} ${settings.transactions_kept}' >"$transaction/settings" || exit 1`,
    ...restartCalls(transaction),
    `write_origin ${quote(oneLine(transaction.who))} ${quote(oneLine(transaction.what))}`,
    `cat >"$transaction/guard" <<'END_OF_GUARD' || exit 1`,
    guardScript(id),
    'END_OF_GUARD',
    'start',
  ])
}
