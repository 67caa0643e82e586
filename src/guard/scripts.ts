import { readFileSync } from 'node:fs'
import { arrivalScript, processScript } from '../host/process-script.ts'
import { quote } from '../connection/shell.ts'
import { transactionsFolder } from './transaction.ts'

const reason = readFileSync(new URL('reason.sh', import.meta.url), 'utf8')
const files = readFileSync(new URL('files.sh', import.meta.url), 'utf8')
const state = readFileSync(new URL('state.sh', import.meta.url), 'utf8')
const write = readFileSync(new URL('write.sh', import.meta.url), 'utf8')
const kubelet = readFileSync(new URL('kubelet.sh', import.meta.url), 'utf8')
const exitCode = readFileSync(new URL('exit-code.sh', import.meta.url), 'utf8')
const manifest = readFileSync(new URL('manifest.sh', import.meta.url), 'utf8')
const oldProcess = readFileSync(new URL('old-process.sh', import.meta.url), 'utf8')
const newProcess = readFileSync(new URL('new-process.sh', import.meta.url), 'utf8')
const restoredProcess = readFileSync(new URL('restored-process.sh', import.meta.url), 'utf8')
const forward = readFileSync(new URL('forward.sh', import.meta.url), 'utf8')
const undo = readFileSync(new URL('undo.sh', import.meta.url), 'utf8')
const guard = readFileSync(new URL('guard.sh', import.meta.url), 'utf8')
const stage = readFileSync(new URL('stage.sh', import.meta.url), 'utf8')
const follow = readFileSync(new URL('follow.sh', import.meta.url), 'utf8')
const recover = readFileSync(new URL('recover.sh', import.meta.url), 'utf8')
const history = readFileSync(new URL('history.sh', import.meta.url), 'utf8')

/** The functions that come before every script about transactions. */
const known: readonly string[] = [processScript, reason, files, state]

/** The guard's other functions; each file comes after those that it uses. */
const own: readonly string[] = [
  ...[write, kubelet, arrivalScript, exitCode, manifest, oldProcess, newProcess, restoredProcess],
  ...[forward, undo],
]

/** All that comes before guard.sh, which performs the transaction: only functions. */
export const guardParts: readonly string[] = [...known, ...own]

/** The assignments that tell every script where a transaction's files are. */
function place(id: string): string {
  const root = quote(transactionsFolder)
  return `root=${root} id=${quote(id)} transaction=${quote(`${transactionsFolder}/${id}`)}`
}

function compose(id: string, parts: readonly string[]): string {
  return [place(id), ...known, ...parts, ''].join('\n')
}

/** The guard's program: performs a transaction on the host, and undoes it; see guard.sh. */
export function guardScript(id: string): string {
  return compose(id, [...own, guard])
}

/** Calls of stage.sh's functions, with the functions. */
export function stageScript(id: string, calls: readonly string[]): string {
  return compose(id, [stage, ...calls])
}

/** Waits for some time until the state is another than `seen`. */
export function followScript(id: string, seen: string, patience: number): string {
  return compose(id, [`seen=${quote(seen)} patience=${patience}`, follow])
}

/** Tells the guard to keep the change. */
export function confirmScript(id: string): string {
  return compose(id, ['record confirm confirmed'])
}

/** Tells the guard to undo the change, as planewright takes it back. */
export function cancelScript(id: string, why: string): string {
  return compose(id, [`take_back withdrawn ${quote(why)}`])
}

/** Finds the open transaction, and brings it closer to its end. */
export function recoverScript(): string {
  return compose('none', [recover])
}

/** Prints all transactions that the host keeps. */
export function historyScript(): string {
  return compose('none', [history])
}
