import type { HostPlan } from '../../src/engine/values/host-plan.ts'
import type { SurveyedHost } from '../../src/engine/values/surveyed-host.ts'
import type { Task } from '../../src/engine/task/task.ts'
import type { FileFact, RegularFileFact } from '../../src/host/fact.ts'
import { factOf } from '../../src/testing/fake-file.ts'
import * as fake from '../../src/testing/fake-host.ts'
import { startStaticPod } from '../../src/testing/perform.ts'
import { planTasks, surveyFakeHost } from '../../src/testing/plan-tasks.ts'

export { later, withFiles } from '../../src/testing/fake-host.ts'
export { perform as performed } from '../../src/testing/perform.ts'

export const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'

export type World = fake.FakeHost

/** A host without any files or processes. */
export const machine: World = fake.fakeHost()

export function regular(path: string, content: string, changes: Partial<RegularFileFact> = {}): FileFact {
  const fact = factOf(path, { content, mode: 0o600 }, 0)
  return fact.type === 'regular' ? { ...fact, ...changes } : fact
}

export function directoryAt(path: string, mode = 0o755): FileFact {
  return factOf(path, { directory: true, mode }, 0)
}

export function contentOf(world: World, path: string): string {
  return fake.contentOf(world, path) ?? ''
}

/** The world with an edited manifest, whose mtime is an hour ago. */
export function withManifest(world: World, edit: (text: string) => string): World {
  const text = edit(contentOf(world, manifest))
  if (text === contentOf(world, manifest)) throw new Error('the edit of the manifest changes nothing')
  return fake.withFiles(world, { [manifest]: regular(manifest, text, { modified: world.now - 3600 }) })
}

/** The world with an apiserver that started now, from the present manifest and with the host's present directories. */
export function restarted(world: World): World {
  return startStaticPod(world, manifest, 'kube-apiserver')
}

/** The result of a survey of this world. */
export function surveyWorld(
  world: World,
  tasks: readonly Task[],
  values: Readonly<Record<string, unknown>> = {},
): Promise<SurveyedHost> {
  return surveyFakeHost(world, tasks, values)
}

export function planWorld(
  world: World,
  tasks: readonly Task[],
  values: Readonly<Record<string, unknown>> = {},
): Promise<HostPlan> {
  return planTasks(world, tasks, values)
}
