import { PlanewrightError } from '../../error.ts'
import { version } from '../../version.ts'
import type { Session } from '../session/session.ts'
import type { SavedPlan } from './saved-plan.ts'

/** The present request, as far as it is known without asking a host. */
export interface RequestNow {
  readonly session: Pick<Session, 'hosts' | 'tasks' | 'clusterTasks'>
  /** The names of the variables that `-e` sets. */
  readonly extraVariables: readonly string[]
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}

function without(names: readonly string[], others: readonly string[]): readonly string[] {
  return names.filter((name) => !others.includes(name))
}

function hostDifferences(saved: SavedPlan, { session }: RequestNow): readonly string[] {
  const planned = saved.clusters.flatMap(({ hosts }) => hosts.map(({ host }) => host))
  const now = session.hosts.map(({ host }) => host.name)
  return [
    ...without(now, planned).map((host) => `${host} is in the inventory now, and is not in the plan`),
    ...without(planned, now).map((host) => `${host} is in the plan, and not in the inventory any more`),
  ]
}

function taskDifferences(saved: SavedPlan, { session }: RequestNow): readonly string[] {
  const lists = [
    ['tasks', saved.tasks, session.tasks],
    ['cluster tasks', saved.clusterTasks, session.clusterTasks],
  ] as const
  return lists.flatMap(([what, planned, tasks]) => {
    const now = tasks.map(({ name }) => name)
    if (JSON.stringify(planned) === JSON.stringify(now)) return []
    return [`the ${what} were: ${listed(planned)}; they are now: ${listed(now)}`]
  })
}

/**
 * Refuses a saved plan that cannot be what would be performed, as far as that is known without asking a host.
 *
 * @throws PlanewrightError `saved-plan` with all that has changed, a line each.
 */
export function checkRequest(saved: SavedPlan, now: RequestNow): void {
  const isOther = saved.planewright !== version
  const why = [
    ...(isOther ? [`planewright ${saved.planewright} saved it, and this is planewright ${version}`] : []),
    ...taskDifferences(saved, now),
    ...without(saved.asked.extraVariables, now.extraVariables).map(
      (name) => `it was planned with -e ${name}=…, which is not given now`,
    ),
    ...hostDifferences(saved, now),
  ]
  if (why.length === 0) return
  throw new PlanewrightError('saved-plan', 'the saved plan is not the plan of this inventory any more', {
    why: why.join('\n'),
    remedy:
      'No host was asked. Give what was given when it was saved, or save a new plan: planewright plan --out FILE.',
  })
}
