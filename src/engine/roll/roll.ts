import { PlanewrightError, toPlanewrightError } from '../../error.ts'
import type { ClusterPlan, HostPlan } from '../values/host-plan.ts'
import type { RollingHost, RollOptions } from './host-steps.ts'
import { interruptedOutcome } from '../values/interrupted.ts'
import { mapLimited } from '../values/map-limited.ts'
import { failedOutcome, skippedOutcome, type HostOutcome } from '../values/outcome.ts'
import type { Plan } from '../plan/plan.ts'
import { planHost } from '../plan/plan-host.ts'
import { passGate } from '../gate/pass-gate.ts'
import { rollHost } from './roll-host.ts'
import { preparedFor, type Session } from '../session/session.ts'
import { surveyOne } from '../survey/survey.ts'
import { orderHosts, awaitKubelets } from './order-hosts.ts'

/** By host name: how to plan the host again after its roll. The default is survey and tasks. */
export type PlanAgain = ReadonlyMap<string, () => Promise<HostPlan>>

interface ClusterOptions extends RollOptions {
  readonly planAgain: PlanAgain
  readonly plan: Plan
}

function stoppedBy(host: string): PlanewrightError {
  return new PlanewrightError(
    'interrupted',
    `not changed, because ${host} of the same cluster failed first`,
    {
      remedy: `Repair ${host}, then run planewright again.`,
    },
  )
}

/** Connects to a host of a plan. */
export async function openHost(session: Session, plan: HostPlan): Promise<RollingHost> {
  const prepared = preparedFor(session, plan)
  return {
    plan,
    settings: prepared.settings,
    signal: session.signal,
    connection: await session.connections.open(prepared.target),
    gate: () => Promise.resolve(),
    planAgain: async () => planHost(await surveyOne(session, prepared), session.tasks),
  }
}

async function rollOne(
  session: Session,
  cluster: ClusterPlan,
  host: HostPlan,
  options: ClusterOptions,
): Promise<HostOutcome> {
  try {
    const rolling = await openHost(session, host)
    const gate = () => passGate(session, options.plan, cluster, host)
    const planAgain = options.planAgain.get(host.host) ?? rolling.planAgain
    return await rollHost({ ...rolling, gate, planAgain }, options)
  } catch (thrown) {
    return failedOutcome(host, toPlanewrightError(thrown))
  }
}

/** Performs the plans of one cluster's hosts, one after the other. After a failure, the rest are skipped. */
async function rollInTurn(
  session: Session,
  cluster: ClusterPlan,
  options: ClusterOptions,
): Promise<readonly HostOutcome[]> {
  const outcomes: HostOutcome[] = []
  let remaining = await awaitKubelets(session, cluster.hosts)
  while (!session.signal.aborted) {
    const [host, ...others] = await orderHosts(session, remaining)
    if (host === undefined) return outcomes
    remaining = others
    const outcome = await rollOne(session, cluster, host, options)
    outcomes.push(outcome)
    session.listener({ type: 'host-ended', host: host.host, status: outcome.status })
    if (outcome.status === 'failed' || outcome.status === 'unreachable') {
      return [...outcomes, ...remaining.map((one) => skippedOutcome(one, stoppedBy(host.host)))]
    }
  }
  return [...outcomes, ...remaining.map(interruptedOutcome)]
}

async function rollCluster(
  session: Session,
  cluster: ClusterPlan,
  options: ClusterOptions,
): Promise<readonly HostOutcome[]> {
  const known = cluster.cluster
  const failed = options.plan.failures.filter(({ status }) => status !== 'skipped')
  const stopper = failed.find((one) => known !== undefined && one.cluster === known)?.host
  if (stopper !== undefined) return cluster.hosts.map((host) => skippedOutcome(host, stoppedBy(stopper)))
  const outcomes = await rollInTurn(session, cluster, options)
  // Reported in the order of the inventory, whichever host was first.
  return cluster.hosts.flatMap((host) => outcomes.filter((outcome) => outcome.host === host.host))
}

/**
 * Performs a plan: clusters at the same time, and in each cluster one control plane after the other. The next
 * one begins only after the proof of the one before. A failed host stops its own cluster, and no other.
 */
export async function roll(
  session: Session,
  plan: Plan,
  options: Pick<RollOptions, 'proof'> & { readonly planAgain?: PlanAgain },
): Promise<readonly HostOutcome[]> {
  const { listener } = session
  const { planAgain = new Map(), proof } = options
  const rolled = await mapLimited(plan.clusters, session.forks, (cluster) =>
    rollCluster(session, cluster, { proof, listener, planAgain, plan }),
  )
  return [...rolled.flat(), ...plan.failures]
}
