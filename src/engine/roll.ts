import { PlanewrightError, toPlanewrightError } from '../error.ts'
import type { ClusterPlan, HostPlan } from './host-plan.ts'
import type { RollingHost, RollOptions } from './host-steps.ts'
import { mapLimited } from './map-limited.ts'
import { failedOutcome, type HostOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { planHost } from './plan-host.ts'
import { rollHost } from './roll-host.ts'
import type { Session } from './session.ts'
import { surveyOne } from './survey.ts'

function skipped(host: HostPlan, error: PlanewrightError): HostOutcome {
  return { ...failedOutcome(host, error), status: 'skipped' }
}

function stoppedBy(host: string): PlanewrightError {
  return new PlanewrightError('interrupted', 'not touched, because its cluster stopped before it', {
    why: `${host} failed`,
    remedy: `See what happened to ${host}, and run again.`,
  })
}

const interrupted = new PlanewrightError('interrupted', 'not touched, because the run was interrupted', {
  remedy: 'Run again.',
})

/** A host of a plan, connected. */
export async function openHost(session: Session, plan: HostPlan): Promise<RollingHost> {
  const prepared = session.hosts.find((one) => one.host.name === plan.host)
  if (prepared === undefined) {
    throw new PlanewrightError('internal', `the plan has a host that the session lacks: ${plan.host}`)
  }
  return {
    plan,
    connection: await session.connections.open(prepared.target),
    planAgain: async () => planHost(await surveyOne(session, prepared), session.tasks),
  }
}

async function rollOne(session: Session, host: HostPlan, options: RollOptions): Promise<HostOutcome> {
  try {
    return await rollHost(await openHost(session, host), options)
  } catch (thrown) {
    return failedOutcome(host, toPlanewrightError(thrown))
  }
}

async function rollCluster(
  session: Session,
  cluster: ClusterPlan,
  failures: readonly HostOutcome[],
  options: RollOptions,
): Promise<readonly HostOutcome[]> {
  const outcomes: HostOutcome[] = []
  const known = cluster.cluster
  let stopper = failures.find((one) => known !== undefined && one.cluster === known)?.host
  for (const host of cluster.hosts) {
    if (stopper !== undefined) outcomes.push(skipped(host, stoppedBy(stopper)))
    else if (session.signal.aborted) outcomes.push(skipped(host, interrupted))
    else {
      const outcome = await rollOne(session, host, options)
      outcomes.push(outcome)
      if (outcome.status === 'failed' || outcome.status === 'unreachable') stopper = host.host
    }
  }
  return outcomes
}

/**
 * Performs a plan: clusters side by side, in each one control plane after the other, the next one only after the
 * proof of the one before. A failed host stops its own cluster, and only that.
 */
export async function roll(
  session: Session,
  plan: Plan,
  options: Pick<RollOptions, 'proof'>,
): Promise<readonly HostOutcome[]> {
  const { listener } = session
  const rolled = await mapLimited(plan.clusters, session.forks, (cluster) =>
    rollCluster(session, cluster, plan.failures, { ...options, listener }),
  )
  return [...rolled.flat(), ...plan.failures]
}
