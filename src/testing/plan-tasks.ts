import { planHost } from '../engine/plan/plan-host.ts'
import { resolveVariables } from '../engine/session/host-variables.ts'
import type { Task } from '../engine/task/task.ts'
import type { HostPlan } from '../engine/values/host-plan.ts'
import type { SurveyedHost } from '../engine/values/surveyed-host.ts'
import { loadTemplate } from '../template/load.ts'
import type { FakeHost } from './fake-host.ts'
import { readFakeHost } from './fake-reader.ts'

/** A host's variables by name, as in an inventory. */
export type FakeVariables = Readonly<Record<string, unknown>>

function resolve({ name, groups }: FakeHost, tasks: readonly Task[], values: FakeVariables) {
  const source = { description: 'the test' }
  const variables = Object.entries(values).map(
    ([variable, value]) => [variable, { value, source, baseDirectory: process.cwd() }] as const,
  )
  return resolveVariables({ name, groups, variables: new Map(variables) }, tasks)
}

/** What a survey of the host would read for these tasks. */
export async function surveyFakeHost(
  host: FakeHost,
  tasks: readonly Task[],
  values: FakeVariables,
): Promise<SurveyedHost> {
  const { byTask, all, templates } = resolve(host, tasks, values)
  const reader = readFakeHost(host)
  const [loaded, gathered] = await Promise.all([
    Promise.all(
      [...templates].map(
        async ([reference, base]) => [reference, await loadTemplate(reference, base)] as const,
      ),
    ),
    Promise.all(
      tasks.map(async (task) => [task.name, await task.gather(reader, byTask.get(task.name))] as const),
    ),
  ])
  const { name, groups, now } = host
  // An address that nobody has (RFC 5737).
  const target = {
    name,
    address: '192.0.2.11',
    port: 22,
    user: 'root',
    become: false,
    knownHostsFile: '/none',
  }
  return {
    ...{ name, target, groups, variables: all, params: byTask, templates: new Map(loaded) },
    ...{ identity: { fact: 'identity', uid: 0, now }, cluster: 'ca', kubelet: true },
    ...{ open: undefined, recovered: undefined, gathered: new Map(gathered) },
  }
}

/**
 * Plans what these tasks would change on the host, exactly as a run would. It asks no host and writes
 * nothing. Give your own template by its path, relative to the working directory.
 *
 * @param variables as in an inventory; the default is none
 * @throws PlanewrightError if a task refuses, a variable is not as a task declares it, or a template is wrong
 */
export async function planTasks(
  host: FakeHost,
  tasks: readonly Task[],
  variables: FakeVariables = {},
): Promise<HostPlan> {
  return planHost(await surveyFakeHost(host, tasks, variables), tasks)
}
