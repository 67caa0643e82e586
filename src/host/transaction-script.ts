import { readFileSync } from 'node:fs'
import path from 'node:path'
import { quote } from '../connection/shell.ts'
import type { DirectoryChange, FileChange } from './change.ts'

/** What a transaction writes; restarts follow from it. */
export type WrittenChange = DirectoryChange | FileChange

/** Where transactions are kept on a host, one folder each, for root alone. */
export const transactionsFolder = '/var/lib/planewright'

/** How many transactions a host keeps. */
const transactionsKept = 10

const functions = readFileSync(new URL('transaction.sh', import.meta.url), 'utf8')

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

function ownership(change: WrittenChange): string {
  return `${octal(change.after.mode)} ${change.after.owner} ${change.after.group}`
}

function stagedPath(change: FileChange, id: string): string {
  return path.posix.join(change.stagedIn, `.planewright-${id}-${path.posix.basename(change.path)}`)
}

function expectation(change: WrittenChange, index: number): string {
  if (change.kind === 'directory') {
    return `expect_directory ${index} ${quote(change.path)} ${change.before === null ? 'absent' : 'present'}`
  }
  return `expect_file ${index} ${quote(change.path)} ${change.before === null ? '-' : change.before.sha256}`
}

/**
 * A folder in which a file is staged has to exist before the first write; that of a new file is made by a
 * change before it, or the write fails as a whole.
 */
function filesystem(change: WrittenChange): string[] {
  if (change.kind === 'directory') return []
  const folder = path.posix.dirname(change.path)
  if (folder === change.stagedIn) return []
  return [`expect_same_filesystem ${quote(change.stagedIn)} ${quote(folder)}`]
}

function performance(change: WrittenChange, index: number, id: string): string[] {
  if (change.kind === 'directory') {
    const verb = change.before === null ? 'make_directory' : 'set_directory'
    return [`${verb} ${index} ${quote(change.path)} ${ownership(change)}`]
  }
  const base64 = Buffer.from(change.after.content, 'utf8').toString('base64')
  const lines = base64.replace(/(.{76})(?=.)/g, '$1\n')
  return [
    `write_file ${quote(stagedPath(change, id))} ${quote(change.path)} ${ownership(change)} <<'END_OF_CONTENT'`,
    lines,
    'END_OF_CONTENT',
  ]
}

function script(id: string, lines: readonly string[]): string {
  return [`transaction=${quote(`${transactionsFolder}/${id}`)}`, functions, ...lines, ''].join('\n')
}

/** Of several changes of one path only the first meets what the survey saw; the others meet its result. */
function isFirstOfPath(change: WrittenChange, index: number, changes: readonly WrittenChange[]): boolean {
  return changes.findIndex((other) => other.path === change.path) === index
}

/** Performs all changes: every precondition first, then every backup, then the writes in their order. */
export function performScript(id: string, changes: readonly WrittenChange[]): string {
  return script(id, [
    ...changes.flatMap((change, index) =>
      isFirstOfPath(change, index, changes) ? [expectation(change, index)] : [],
    ),
    ...changes.flatMap(filesystem),
    'begin',
    ...changes.flatMap((change, index) =>
      change.kind === 'file' ? [`backup ${index} ${quote(change.path)}`] : [],
    ),
    ...changes.flatMap((change, index) => performance(change, index, id)),
    `keep_last ${transactionsKept} || :`,
  ])
}

function undoing(change: WrittenChange, index: number, id: string): string {
  if (change.kind === 'directory') return `restore_directory ${index} ${quote(change.path)}`
  if (change.before === null) return `remove_file ${quote(change.path)}`
  return `restore_file ${index} ${quote(change.path)} ${quote(stagedPath(change, id))}`
}

function isReplacement(change: WrittenChange): boolean {
  return change.kind === 'file' && change.before !== null
}

/**
 * Undoes a transaction. Replaced files come back first and in their order, so that a policy is back before the
 * manifest that points at it; then what was made goes, the last first. Of two changes of one file the first backup
 * is the one from before. Undoing twice, or what was never done, does no harm.
 */
export function undoScript(id: string, changes: readonly WrittenChange[]): string {
  const numbered = changes.map((change, index) => ({ change, index }))
  const replaced = numbered.filter(
    ({ change, index }) =>
      isReplacement(change) && changes.findIndex((other) => other.path === change.path) === index,
  )
  const made = numbered.filter(({ change }) => !isReplacement(change)).reverse()
  return script(
    id,
    [...replaced, ...made].map(({ change, index }) => undoing(change, index, id)),
  )
}
