import type { Connection } from '../../connection/connection.ts'
import { PlanewrightError } from '../../error.ts'
import { readHistory, type KeptChange, type KeptTransaction } from '../../guard/history.ts'
import { editedPatch } from '../../guard/precondition.ts'
import { transactionsFolder } from '../../guard/transaction.ts'
import type { Change, DirectoryChange, FileState, RestartChange } from '../../host/change.ts'
import type { FileFact, Ownership, RegularFileFact } from '../../host/fact.ts'
import { readHost, type HostReader } from '../../host/host-reader.ts'
import { hostPathOf } from '../../manifest/host-path.ts'
import { flagValues } from '../../manifest/flags.ts'
import { readStaticPod, type StaticPod } from '../../manifest/static-pod.ts'
import { checkUnused } from './check-unused.ts'
import { listeningAt } from '../plan/compare-static-pod.ts'
import type { HostPlan, ProofPlan } from '../values/host-plan.ts'
import { findProcess } from '../plan/static-pod-process.ts'
import type { SurveyedHost } from '../values/surveyed-host.ts'

/** A change that a transaction made. */
interface Made {
  readonly id: string
  readonly change: KeptChange
}

/** A file as it stood before the transactions that are rolled back, and as the last of them left it. */
interface Target {
  readonly path: string
  /** Undefined where there was no file. */
  readonly wanted: FileState | undefined
  /** Hex sha256; undefined where it was taken away. */
  readonly left: string | undefined
  /** Where the host keeps what the last of them wrote, and what stood there before the first. */
  readonly written: string
  readonly backup: string
  readonly sensitive: boolean
  readonly stagedIn: string
}

/** A directory as it stood before; it had no mode where it was not there. */
interface DirectoryTarget {
  readonly path: string
  readonly wanted: Ownership | undefined
}

interface Targets {
  readonly files: readonly Target[]
  readonly directories: readonly DirectoryTarget[]
}

const componentOfProof = 'kube-apiserver'

/** What somebody has to say to roll back further, or another time. */
const historyHint = 'See what is kept there: planewright history HOST.'

/** The transactions that are rolled back, the newest first. */
function chooseTransactions(
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

/** What stood there may have been written by anybody, in any encoding. */
function stateOf({ sha256, content: bytes }: RegularFileFact, as: Ownership): FileState {
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

/** What everything should be, by the oldest transaction that changed it; each path once, in the order of the newest. */
async function readTargets(reader: HostReader, chosen: readonly KeptTransaction[]): Promise<Targets> {
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

function isOwnedAs(fact: Ownership, wanted: Ownership): boolean {
  return fact.mode === wanted.mode && fact.owner === wanted.owner && fact.group === wanted.group
}

function isAs(fact: FileFact, wanted: FileState | undefined): boolean {
  if (wanted === undefined) return fact.type === 'absent'
  return fact.type === 'regular' && fact.sha256 === wanted.sha256 && isOwnedAs(fact, wanted)
}

/** Somebody's edit is never lost: it is shown, against what the transaction had left there. */
async function editedSince(reader: HostReader, target: Target, fact: FileFact): Promise<PlanewrightError> {
  const { path, wanted, sensitive, written, backup } = target
  const left = await reader.file(written)
  const why = () => {
    if (fact.type === 'absent') return 'it is no longer there'
    if (fact.type !== 'regular') return 'something else stands there now'
    if (sensitive) return undefined
    const before = left.type === 'regular' ? left.content.toString('utf8') : ''
    return editedPatch(path, before, fact.content.toString('utf8'))
  }
  const words = why()
  const kept = wanted === undefined ? '' : ` What stood there before is kept in ${backup}.`
  return new PlanewrightError('precondition', `${path} was edited since: a rollback would lose that`, {
    where: { path },
    ...(words === undefined ? {} : { why: words }),
    remedy: `Nothing was written. Run apply, which keeps what others wrote, or put the file right by hand.${kept}`,
  })
}

async function changeOf(
  reader: HostReader,
  target: Target,
  fact: FileFact,
  task: string,
): Promise<readonly Change[]> {
  const { path, wanted, left, sensitive, stagedIn } = target
  if (isAs(fact, wanted)) return []
  const now = fact.type === 'regular' ? fact.sha256 : undefined
  if ((fact.type !== 'regular' && fact.type !== 'absent') || now !== left)
    throw await editedSince(reader, target, fact)
  const base = { task, path, sensitive, stagedIn }
  const before = fact.type === 'regular' ? stateOf(fact, fact) : null
  if (wanted !== undefined)
    return [{ kind: 'file', ...base, differences: [{ kind: 'rolled-back' }], before, after: wanted }]
  if (before === null) return []
  return [{ kind: 'removal', ...base, differences: [{ kind: 'not-there-before' }], before, after: null }]
}

/** A directory's old mode and owner. One that somebody took away meanwhile need not come back for this. */
function directoryChange(
  { path, wanted }: DirectoryTarget,
  fact: FileFact,
  task: string,
): readonly DirectoryChange[] {
  if (fact.type !== 'directory' || wanted === undefined || isOwnedAs(fact, wanted)) return []
  const { mode, owner, group } = fact
  const differences = [{ kind: 'ownership-rolled-back' }] as const
  return [{ kind: 'directory', task, path, differences, before: { mode, owner, group }, after: wanted }]
}

/** The flags that the old manifest gives once, and in one line: what the process that comes has to have. */
function flagsOf({ container }: StaticPod): Readonly<Record<string, string>> {
  const argv = [...container.command, ...container.args]
  const names = argv.flatMap((word) => /^--([^=\n]+)=/.exec(word)?.[1] ?? [])
  return Object.fromEntries(
    names.flatMap((name) => {
      const [value = '', ...others] = flagValues(argv, name)
      return others.length > 0 || value.includes('\n') ? [] : [[name, value]]
    }),
  )
}

async function restartOf(
  reader: HostReader,
  host: SurveyedHost,
  { path, wanted }: Target,
  component: string,
  task: string,
): Promise<RestartChange | undefined> {
  if (wanted === undefined) return undefined
  const pod = readStaticPod(wanted.content, component, { path })
  const running = findProcess(await reader.processes(component, []), [
    ...pod.container.command,
    ...pod.container.args,
  ])
  return {
    kind: 'restart',
    task,
    path,
    component,
    differences: [{ kind: 'manifest-rolled-back' }],
    before: running === undefined ? null : { pid: running.pid, startTicks: running.startTicks },
    kubeletAtWork: false,
    listens: listeningAt(pod.container, component, host.target.address),
    flags: flagsOf(pod),
  }
}

/** How to prove the old manifest; null where it has no auditing that could be proven. */
async function proofOf(
  reader: HostReader,
  host: SurveyedHost,
  { path, wanted }: Target,
  targets: readonly Target[],
): Promise<ProofPlan | null> {
  if (wanted === undefined) return null
  const pod = readStaticPod(wanted.content, componentOfProof, { path })
  const argv = [...pod.container.command, ...pod.container.args]
  const onHost = (flag: string) => {
    const inside = flagValues(argv, flag).at(-1)
    return inside === undefined ? undefined : hostPathOf(pod, inside)
  }
  const [policyFile, logFile] = [onHost('audit-policy-file'), onHost('audit-log-path')]
  if (policyFile === undefined || logFile === undefined) return null
  const target = targets.find((one) => one.path === policyFile)
  const fact = await reader.file(policyFile)
  const policy =
    target?.wanted?.content ?? (fact.type === 'regular' ? fact.content.toString('utf8') : undefined)
  if (policy === undefined) return null
  return {
    policy,
    policyFile,
    logFile,
    apiserver: listeningAt(pod.container, componentOfProof, host.target.address),
  }
}

/** A rollback of one host. */
export interface Rollback {
  readonly plan: HostPlan
  /** The same plan, drawn anew: after the rollback nothing may be left of it. */
  readonly planAgain: () => Promise<HostPlan>
}

/**
 * What brings a host back to how it stood before a transaction, and before all that came after it: the last one
 * unless `to` names another. Content, mode and owner go back; the time of a file is that of the rollback, since by it
 * is told whether a process has read the file. Directories that were made stay, as they may hold logs by now.
 *
 * @throws PlanewrightError `host` where there is nothing to go back to, or something has come to need what would go;
 *   `precondition` where somebody edited since.
 */
export async function planRollback(
  connection: Connection,
  host: SurveyedHost,
  to: string | undefined,
): Promise<Rollback> {
  const chosen = chooseTransactions(await readHistory(connection), to)
  // Kept from here on: the oldest may be dropped from the host when this becomes a transaction itself.
  const targets = await readTargets(readHost(connection), chosen)
  const plan = () => planTargets(connection, host, targets, chosen)
  return { plan: await plan(), planAgain: plan }
}

/** The manifests among the targets, each with the program that was restarted with it. */
function findRestarts(files: readonly Target[], chosen: readonly KeptTransaction[]) {
  const found = chosen.flatMap(({ restart, changes }) => {
    const path = changes.find((change) => change.number === restart?.manifest)?.path
    const manifest = files.find((target) => target.path === path)
    return restart === undefined || manifest === undefined ? [] : [{ component: restart.component, manifest }]
  })
  return [...new Map(found.map((one) => [one.manifest.path, one])).values()]
}

/** What is not wrong, but has to be known. */
function warningsOf(
  { directories }: Targets,
  facts: ReadonlyMap<string, FileFact>,
  changes: readonly Change[],
  last: string,
): readonly string[] {
  const stays = directories
    .filter(({ path, wanted }) => wanted === undefined && facts.get(path)?.type === 'directory')
    .map(({ path }) => `${path} was not there, and stays: it may hold logs`)
  if (changes.length > 0) return stays
  return [...stays, `all is as it was before ${last}: to go back further, name an earlier one with --to`]
}

async function planTargets(
  connection: Connection,
  host: SurveyedHost,
  targets: Targets,
  chosen: readonly KeptTransaction[],
): Promise<HostPlan> {
  const reader = readHost(connection)
  const last = chosen.at(-1)?.status.id ?? ''
  const task = `rollback to before ${last}`
  const paths = [...targets.files, ...targets.directories].map(({ path }) => path)
  const [apiservers, ...read] = await Promise.all([
    reader.processes(componentOfProof, []),
    ...paths.map(async (path) => [path, await reader.file(path)] as const),
  ])
  const facts = new Map(read)
  const factOf = (path: string): FileFact => facts.get(path) ?? { fact: 'file', type: 'absent', path }
  const written = [
    ...targets.directories.flatMap((target) => directoryChange(target, factOf(target.path), task)),
    ...(
      await Promise.all(targets.files.map((target) => changeOf(reader, target, factOf(target.path), task)))
    ).flat(),
  ]
  const found = findRestarts(targets.files, chosen)
  const due = found.filter(({ manifest }) => written.some(({ path }) => path === manifest.path))
  const restarts = await Promise.all(
    due.map(({ component, manifest }) => restartOf(reader, host, manifest, component, task)),
  )
  const changes = [...written, ...restarts.filter((restart) => restart !== undefined)]
  checkUnused(changes, apiservers)
  const apiserver = found.find(({ component }) => component === componentOfProof)
  return {
    host: host.name,
    address: host.target.address,
    cluster: host.cluster,
    changes,
    kubelet: host.kubelet,
    provable: apiserver === undefined ? null : await proofOf(reader, host, apiserver.manifest, targets.files),
    warnings: warningsOf(targets, facts, changes, last),
  }
}
