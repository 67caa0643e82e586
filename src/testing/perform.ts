import type { HostPlan } from '../engine/values/host-plan.ts'
import { PlanewrightError } from '../error.ts'
import type { Change } from '../host/change.ts'
import { readStaticPod } from '../manifest/static-pod.ts'
import { contentOf, later, withFiles, type FakeHost } from './fake-host.ts'

/** Seconds to perform a plan. */
const restartTime = 10

/** A real host refuses such a plan as well: each change was planned on the state that was there. */
function checkFound({ files, name }: FakeHost, change: Change): void {
  if (change.kind === 'restart' || change.kind === 'directory') return
  const fact = files[change.path]
  const found = fact?.type === 'regular' ? fact.sha256 : undefined
  if (found === change.before?.sha256) return
  throw new PlanewrightError('precondition', `${change.path} is not the one that was planned on`, {
    where: { host: name, path: change.path },
    why: 'The plan is of another host, or it has been performed already.',
    remedy: 'Plan again with planTasks, and perform that.',
  })
}

function write(host: FakeHost, change: Change): FakeHost {
  checkFound(host, change)
  switch (change.kind) {
    case 'restart':
      return host
    case 'removal':
      return withFiles(host, { [change.path]: undefined })
    case 'file': {
      const { mode, owner, group, content, bytes } = change.after
      return withFiles(host, { [change.path]: { mode, owner, group, content: bytes ?? content } })
    }
    case 'directory': {
      const { mode, owner, group } = change.after
      const fact = host.files[change.path]
      const directory = { mode, owner, group, directory: true } as const
      // The directory gets another mode or owner, but it stays the same directory.
      const changed = fact?.type === 'directory' ? { ...fact, mode, owner, group } : directory
      return withFiles(host, { [change.path]: changed })
    }
  }
}

/**
 * The host after a plan: its files and directories are written, and its static pods restarted. The desired
 * states of the tasks are true then, so the same tasks plan nothing more.
 *
 * @throws PlanewrightError `precondition` for another host's plan
 */
export function perform(host: FakeHost, plan: HostPlan): FakeHost {
  const written = later(plan.changes.reduce(write, host), restartTime)
  const restarts = plan.changes.filter((change) => change.kind === 'restart')
  return restarts.reduce((one, { path, component }) => startStaticPod(one, path, component), written)
}

/**
 * The host with a process that has just started from the manifest as it is now, and that sees the host's
 * files through its mounts. This is what a kubelet does with a static pod. The new process replaces a process
 * of the same program.
 *
 * @param manifest absolute path of the manifest
 * @param component the name of the container, and of the program in it
 * @throws PlanewrightError `manifest` if the manifest is missing, or not one of that component
 */
export function startStaticPod(host: FakeHost, manifest: string, component: string): FakeHost {
  const pod = readStaticPod(contentOf(host, manifest) ?? '', component, { path: manifest })
  const sees = pod.container.mounts.map(({ name, mountPath }) => {
    const source = pod.volumes.find((volume) => volume.name === name)?.hostPath?.path ?? ''
    const fact = host.files[source]
    return { path: mountPath, inode: fact !== undefined && 'inode' in fact ? fact.inode : undefined }
  })
  const { now, processes } = host
  const argv = [...pod.container.command, ...pod.container.args]
  const others = processes.filter((process) => process.argv[0] !== argv[0])
  const pid = Math.max(100, ...processes.map((process) => process.pid)) + 1
  return { ...host, processes: [...others, { pid, argv, startTicks: now * 100, started: now, sees }] }
}
