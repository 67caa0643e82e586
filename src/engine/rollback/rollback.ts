import type { Connection } from '../../connection/connection.ts'
import { readHistory, type KeptTransaction } from '../../guard/history.ts'
import type { Change } from '../../host/change.ts'
import type { FileFact } from '../../host/fact.ts'
import { readHost } from '../../host/host-reader.ts'
import type { HostPlan } from '../values/host-plan.ts'
import type { SurveyedHost } from '../values/surveyed-host.ts'
import { checkUnused } from './check-unused.ts'
import { changeOf, directoryChange } from './rollback-changes.ts'
import { componentOfProof, findRestarts, proofOf, restartOf } from './rollback-restart.ts'
import { chooseTransactions, readTargets, type Targets } from './rollback-targets.ts'

/** A rollback of one host. */
export interface Rollback {
  readonly plan: HostPlan
  /** Plans again: after the rollback, nothing may be left to do. */
  readonly planAgain: () => Promise<HostPlan>
}

/**
 * Plans to roll a host back to its state before a transaction, and before all later ones. The default is the
 * last transaction; `to` names another. Content, mode and owner go back. The time of a file is that of the
 * rollback, as planewright compares it with a process's start. Directories that were made stay, as they may
 * hold logs by now.
 *
 * @throws PlanewrightError `host` if there is nothing to go back to, or if something needs a file that would
 * be removed; `precondition` if somebody edited a file since.
 */
export async function planRollback(
  connection: Connection,
  host: SurveyedHost,
  to: string | undefined,
): Promise<Rollback> {
  const chosen = chooseTransactions(await readHistory(connection), to)
  // Read once: when this rollback becomes a transaction itself, the host may drop the oldest one.
  const targets = await readTargets(readHost(connection), chosen)
  const plan = () => planTargets(connection, host, targets, chosen)
  return { plan: await plan(), planAgain: plan }
}

/** Things that are not wrong, but that people should know. */
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
