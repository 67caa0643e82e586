import { PlanewrightError } from '../../error.ts'
import { version } from '../../version.ts'
import type { Plan } from '../plan/plan.ts'
import type { Session } from '../session/session.ts'
import type { Survey } from '../survey/survey.ts'
import type { ClusterOutcome } from '../values/cluster-outcome.ts'
import { describePlan } from './describe-plan.ts'
import { makeSalt, SecretDigests } from './digest.ts'
import { planForm, planFormVersion, type SavedPlan, type SavedRequest } from './saved-plan.ts'

/** What goes into a saved plan. */
export interface PlanToSave {
  readonly session: Pick<Session, 'hosts' | 'tasks' | 'clusterTasks'>
  readonly survey: Survey
  readonly plan: Plan
  /** From `planClusters`. */
  readonly clusters: readonly ClusterOutcome[]
  readonly asked: SavedRequest
  /** The person who saves it, as `user@host`. */
  readonly by: string
  readonly at: Date
}

/** By host: the transaction that was open at its survey. */
export function openTransactions({ hosts }: Survey): ReadonlyMap<string, string> {
  return new Map(hosts.flatMap(({ name, open }) => (open === undefined ? [] : [[name, open] as const])))
}

/** Why a plan is not whole, a line each. */
function gapsOf({ survey, plan, clusters }: PlanToSave): readonly string[] {
  const failed = plan.failures.map(
    ({ host, status, error }) => `${host} is ${status}: ${error?.message ?? ''}`,
  )
  const open = [...openTransactions(survey)].map(([host, id]) => `${host} has an open transaction: ${id}`)
  const unplanned = clusters.flatMap(({ hosts, error }) =>
    error === undefined ? [] : [`the cluster of ${hosts.join(', ')}: ${error.message}`],
  )
  return [...failed, ...open, ...unplanned]
}

/**
 * Turns a plan into a value for a file. People can only agree to a whole plan: no host failed, no transaction
 * is open, and every cluster could be planned.
 *
 * @throws PlanewrightError `saved-plan` with all that is missing, a line each.
 */
export async function savePlan(toSave: PlanToSave): Promise<SavedPlan> {
  const gaps = gapsOf(toSave)
  if (gaps.length > 0) {
    throw new PlanewrightError('saved-plan', 'the plan is not saved, because it is not complete', {
      why: gaps.join('\n'),
      remedy: 'Correct this, or leave these hosts out (-l), and plan again.',
    })
  }
  const { session, plan, clusters, asked, by, at } = toSave
  const salt = makeSalt()
  return {
    form: planForm,
    formVersion: planFormVersion,
    planewright: version,
    made: { at: at.toISOString(), by },
    asked,
    tasks: session.tasks.map(({ name }) => name),
    clusterTasks: session.clusterTasks.map(({ name }) => name),
    salt,
    clusters: [...(await describePlan(session, plan, clusters, new SecretDigests(salt)))],
  }
}

/** The text of a saved plan's file. */
export function savedPlanText(saved: SavedPlan): string {
  return `${JSON.stringify(saved, null, 2)}\n`
}
