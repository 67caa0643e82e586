import { auditClusterTasks, auditTasks } from '../../tasks/index.ts'
import type { Listener } from '../engine/values/event.ts'
import { openSession, type Session } from '../engine/session/session.ts'
import type { Task } from '../engine/task/task.ts'
import { PlanewrightError } from '../error.ts'
import { readExtraVariables } from '../inventory/extra-variables.ts'
import { loadInventory } from '../inventory/inventory.ts'
import type { RunOptions } from './options.ts'

/** Checks all that the operator wrote, and touches no host yet. */
export async function open(
  options: RunOptions,
  listener: Listener,
  signal: AbortSignal,
  tasks: readonly Task[] = auditTasks,
): Promise<Session> {
  if (options.inventory.length === 0) {
    throw new PlanewrightError('usage', 'no inventory was given', {
      remedy: 'Name one with -i: inventories/example/hosts.yaml shows the form.',
    })
  }
  const inventory = await loadInventory({
    sources: options.inventory,
    extraVariables: await readExtraVariables(options.extraVars, process.cwd()),
  })
  return openSession({
    inventory,
    tasks,
    clusterTasks: auditClusterTasks,
    hosts: options.hosts ?? [],
    limit: options.limit,
    forks: options.forks,
    listener,
    signal,
  })
}
