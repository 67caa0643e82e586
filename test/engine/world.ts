import { sha256 } from '../../src/host/answer.ts'
import type { Change } from '../../src/host/change.ts'
import type { Fact, FileFact, ProcessFact, RegularFileFact } from '../../src/host/fact.ts'
import type { HostReader } from '../../src/host/host-reader.ts'
import { readStaticPod } from '../../src/manifest/static-pod.ts'
import { planHost } from '../../src/engine/plan/plan-host.ts'
import type { HostPlan } from '../../src/engine/values/host-plan.ts'
import { resolveVariables } from '../../src/engine/session/host-variables.ts'
import type { SurveyedHost } from '../../src/engine/values/surveyed-host.ts'
import type { Task } from '../../src/engine/task/task.ts'
import { loadTemplate } from '../../src/template/load.ts'

export const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'

/** A host as a value: what is at each path, which processes of kube-apiserver run, and what time it is. */
export interface World {
  readonly files: Readonly<Record<string, FileFact>>
  readonly processes: readonly ProcessFact[]
  /** Seconds since 1970. */
  readonly now: number
}

let inodes = 0

export function regular(path: string, content: string, changes: Partial<RegularFileFact> = {}): FileFact {
  const bytes = Buffer.from(content)
  const ownership = { mode: 0o600, owner: 0, group: 0 }
  const identity = { inode: `1:${(inodes += 1)}`, modified: 0, sha256: sha256(bytes) }
  return { fact: 'file', type: 'regular', path, ...ownership, content: bytes, ...identity, ...changes }
}

export function directoryAt(path: string, mode = 0o755): FileFact {
  return { fact: 'file', type: 'directory', path, mode, owner: 0, group: 0, inode: `1:${(inodes += 1)}` }
}

/** The world with these facts in it; undefined takes what is at a path away. */
export function withFiles(world: World, files: Readonly<Record<string, FileFact | undefined>>): World {
  const all = Object.entries({ ...world.files, ...files })
  return {
    ...world,
    files: Object.fromEntries(all.filter((entry): entry is [string, FileFact] => !!entry[1])),
  }
}

export function contentOf(world: World, path: string): string {
  const fact = world.files[path]
  return fact?.type === 'regular' ? fact.content.toString('utf8') : ''
}

/** The manifest with its text edited, as an hour ago. */
export function withManifest(world: World, edit: (text: string) => string): World {
  const text = edit(contentOf(world, manifest))
  if (text === contentOf(world, manifest)) throw new Error('the edit of the manifest changes nothing')
  return withFiles(world, { [manifest]: regular(manifest, text, { modified: world.now - 3600 }) })
}

/** A process that started now, from the manifest as it stands, with the host's directories in its mounts. */
export function restarted(world: World): World {
  const pod = readStaticPod(contentOf(world, manifest), 'kube-apiserver', { path: manifest })
  const sees = pod.container.mounts.map(({ name, mountPath }) => {
    const source = pod.volumes.find((volume) => volume.name === name)?.hostPath?.path ?? ''
    const fact = world.files[source]
    return { path: mountPath, inode: fact !== undefined && 'inode' in fact ? fact.inode : undefined }
  })
  const { now, processes } = world
  const argv = [...pod.container.command, ...pod.container.args]
  const pid = (processes[0]?.pid ?? 100) + 1
  return { ...world, processes: [{ pid, argv, startTicks: now * 100, started: now, sees }] }
}

export function later(world: World, seconds: number): World {
  return { ...world, now: world.now + seconds }
}

function written(world: World, change: Change): World {
  if (change.kind === 'restart') return world
  if (change.kind === 'removal') return withFiles(world, { [change.path]: undefined })
  const { path, after } = change
  const { mode, owner, group } = after
  if (change.kind === 'directory') {
    const known = world.files[path]
    const inode = known?.type === 'directory' ? known.inode : `1:${(inodes += 1)}`
    return withFiles(world, { [path]: { fact: 'file', type: 'directory', path, mode, owner, group, inode } })
  }
  const { content } = change.after
  return withFiles(world, { [path]: regular(path, content, { mode, owner, group, modified: world.now }) })
}

/** The world as performing a plan leaves it, the restart done by a kubelet that takes ten seconds. */
export function performed(world: World, plan: HostPlan): World {
  const after = later(plan.changes.reduce(written, world), 10)
  return plan.changes.some((change) => change.kind === 'restart') ? restarted(after) : after
}

function readWorld(world: World): HostReader {
  const file = (path: string): FileFact => world.files[path] ?? { fact: 'file', type: 'absent', path }
  const entries = (path: string) =>
    Object.values(world.files).filter((fact) => fact.path.slice(0, fact.path.lastIndexOf('/')) === path)
  const answer = <F extends Fact>(fact: F) => Promise.resolve(fact)
  return {
    file: (path) => answer(file(path)),
    folder: (path) => answer({ fact: 'folder', path, entries: entries(path) }),
    processes: (name, paths) => {
      const processes = world.processes.map((process) => ({
        ...process,
        sees: paths.map(
          (path) => process.sees.find((one) => one.path === path) ?? { path, inode: undefined },
        ),
      }))
      return answer({ fact: 'processes', name, processes })
    },
    identity: () => answer({ fact: 'identity', uid: 0, now: world.now }),
  }
}

/** What a survey of this world would have found. */
export async function surveyWorld(
  world: World,
  tasks: readonly Task[],
  values: Readonly<Record<string, unknown>> = {},
): Promise<SurveyedHost> {
  const variables = new Map(
    Object.entries(values).map(([name, value]) => {
      return [name, { value, source: { description: 'the test' }, baseDirectory: '/' }] as const
    }),
  )
  const resolved = resolveVariables({ name: 'cp1', groups: ['kube_control_plane'], variables }, tasks)
  const templates = await Promise.all(
    [...resolved.templates].map(async ([name, base]) => [name, await loadTemplate(name, base)] as const),
  )
  const gathered = tasks.map(async (task) => {
    return [task.name, await task.gather(readWorld(world), resolved.byTask.get(task.name))] as const
  })
  const target = { name: 'cp1', address: '192.0.2.11', port: 22, user: 'root', become: false }
  return {
    name: 'cp1',
    target: { ...target, knownHostsFile: '/none' },
    groups: ['kube_control_plane'],
    variables: resolved.all,
    params: resolved.byTask,
    templates: new Map(templates),
    identity: { fact: 'identity', uid: 0, now: world.now },
    cluster: 'ca',
    kubelet: true,
    open: undefined,
    recovered: undefined,
    gathered: new Map(await Promise.all(gathered)),
  }
}

export async function planWorld(
  world: World,
  tasks: readonly Task[],
  values: Readonly<Record<string, unknown>> = {},
): Promise<HostPlan> {
  return planHost(await surveyWorld(world, tasks, values), tasks)
}
