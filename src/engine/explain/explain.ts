import { posix } from 'node:path'
import { toPlanewrightError } from '../../error.ts'
import { readHistory } from '../../guard/history.ts'
import { readHost, type HostReader } from '../../host/host-reader.ts'
import type { Cause } from './cause.ts'
import { causesOf } from './causes.ts'
import type { ManifestBackup } from './evidence.ts'
import type { HostPlan } from '../values/host-plan.ts'
import { mapLimited } from '../values/map-limited.ts'
import type { Plan } from '../plan/plan.ts'
import { preparedFor, type Session } from '../session/session.ts'

/** By host: why it differs. */
export type Causes = ReadonlyMap<string, readonly Cause[]>

/** Where kubeadm saves old manifests (k/k cmd/kubeadm/app/constants: CreateTimestampDir). */
const backupFolder = '/etc/kubernetes/tmp'
const backupPrefix = 'kubeadm-backup-manifests-'

/** More would not help: what planewright wrote last is among the newest. */
const backupsRead = 5

async function readBackups(reader: HostReader, manifest: string): Promise<readonly ManifestBackup[]> {
  const { entries } = await reader.folder(backupFolder)
  const folders = entries
    .filter(({ type, path }) => type === 'directory' && posix.basename(path).startsWith(backupPrefix))
    .map(({ path }) => path)
    .toSorted()
    .slice(-backupsRead)
  const files = await Promise.all(
    folders.map(async (folder) => ({
      folder,
      fact: await reader.file(posix.join(folder, posix.basename(manifest))),
    })),
  )
  return files.flatMap(({ folder, fact }) =>
    fact.type === 'regular' ? [{ folder, content: fact.content.toString('utf8'), sha256: fact.sha256 }] : [],
  )
}

async function explainHost(
  session: Session,
  host: HostPlan,
  hasProvenPeer: boolean,
): Promise<readonly Cause[]> {
  const connection = await session.connections.open(preparedFor(session, host).target)
  const reader = readHost(connection)
  const paths = [...new Set(host.changes.map(({ path }) => path))]
  const restarts = host.changes.filter((change) => change.kind === 'restart')
  const [history, files, backups, processes] = await Promise.all([
    readHistory(connection),
    Promise.all(paths.map(async (path) => [path, await reader.file(path)] as const)),
    Promise.all(restarts.map(({ path }) => readBackups(reader, path))),
    Promise.all(
      restarts.map(async ({ component }) => [component, await reader.processes(component, [])] as const),
    ),
  ])
  const running = processes.flatMap(([component, fact]) => {
    const process = fact.processes.at(-1)
    return process === undefined ? [] : [[component, process] as const]
  })
  return causesOf({
    changes: host.changes,
    files: new Map(files),
    history,
    backups: backups.flat(),
    processes: new Map(running),
    hasProvenPeer,
  })
}

/**
 * Finds out why hosts differ, from what planewright and kubeadm keep on them. Only hosts with changes are
 * asked. A host that cannot be asked has no cause. Writes nothing.
 */
export async function explain(session: Session, plan: Plan): Promise<Causes> {
  const due = plan.clusters.flatMap(({ hosts }) =>
    hosts
      .filter(({ changes }) => changes.length > 0)
      .map((host) => ({ host, hasProvenPeer: hosts.some(({ changes }) => changes.length === 0) })),
  )
  const explained = await mapLimited(due, session.forks, async ({ host, hasProvenPeer }) => {
    if (session.signal.aborted) return [host.host, []] as const
    try {
      return [host.host, await explainHost(session, host, hasProvenPeer)] as const
    } catch (thrown) {
      // Nobody asked for a cause: without it, the difference is still reported.
      if (toPlanewrightError(thrown).code === 'internal') throw thrown
      return [host.host, []] as const
    }
  })
  return new Map(explained)
}
