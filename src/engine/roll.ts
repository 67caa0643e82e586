import { PlanewrightError, toPlanewrightError } from '../error.ts'
import { reachable } from './candidates.ts'
import { reach, servingTroubles } from './control-plane.ts'
import type { ClusterPlan, HostPlan } from './host-plan.ts'
import type { RollingHost, RollOptions } from './host-steps.ts'
import { inspect } from './inspect.ts'
import { interruptedOutcome } from './interrupted.ts'
import { mapLimited } from './map-limited.ts'
import { failedOutcome, skippedOutcome, type HostOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { planHost } from './plan-host.ts'
import { passGate, willRestart } from './pass-gate.ts'
import { rollHost } from './roll-host.ts'
import { preparedFor, type Session } from './session.ts'
import { settleKubelet } from './settle-kubelet.ts'
import { surveyOne } from './survey.ts'

/** How the plan of a host is drawn anew after its roll, by its name; by survey and tasks unless said. */
export type PlanAgain = ReadonlyMap<string, () => Promise<HostPlan>>

interface ClusterOptions extends RollOptions {
  readonly planAgain: PlanAgain
  readonly plan: Plan
}

function stoppedBy(host: string): PlanewrightError {
  return new PlanewrightError('interrupted', 'not touched, because its cluster stopped before it', {
    why: `${host} failed`,
    remedy: `See what happened to ${host}, and run again.`,
  })
}

/** A host of a plan, connected. */
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

/** A host's plan after its kubelet has done what it was at, and whether its apiserver serves then. */
async function look(session: Session, plan: HostPlan): Promise<{ plan: HostPlan; serves: boolean }> {
  try {
    const controlPlane = await reach(reachable(session.connections, preparedFor(session, plan).target))
    const settled = await settleKubelet(session, plan, controlPlane.connection)
    const troubles = await servingTroubles(await inspect(controlPlane))
    return { plan: settled, serves: troubles.length === 0 }
  } catch {
    // Whatever it is, the roll of that very host will meet it again, and say it.
    return { plan, serves: true }
  }
}

/** What does not serve is mended first: while it is down its cluster bears nothing else. */
async function inOrder(session: Session, hosts: readonly HostPlan[]): Promise<readonly HostPlan[]> {
  const looks = await Promise.all(
    hosts.map(async (plan) => {
      // What will not be touched any more need not be looked at.
      const isLookedAt = willRestart(plan) && !session.signal.aborted
      return isLookedAt ? look(session, plan) : { plan, serves: true }
    }),
  )
  const broken = looks.filter(({ serves }) => !serves)
  return [...broken, ...looks.filter(({ serves }) => serves)].map(({ plan }) => plan)
}

async function rollCluster(
  session: Session,
  cluster: ClusterPlan,
  options: ClusterOptions,
): Promise<readonly HostOutcome[]> {
  const outcomes: HostOutcome[] = []
  const known = cluster.cluster
  const failed = options.plan.failures.filter(({ status }) => status !== 'skipped')
  let stopper = failed.find((one) => known !== undefined && one.cluster === known)?.host
  for (const host of await inOrder(session, cluster.hosts)) {
    if (stopper !== undefined) outcomes.push(skippedOutcome(host, stoppedBy(stopper)))
    else if (session.signal.aborted) outcomes.push(interruptedOutcome(host))
    else {
      const outcome = await rollOne(session, cluster, host, options)
      outcomes.push(outcome)
      session.listener({ type: 'host-ended', host: host.host, status: outcome.status })
      if (outcome.status === 'failed' || outcome.status === 'unreachable') stopper = host.host
    }
  }
  // Told in the order of the inventory, whatever came first.
  return cluster.hosts.flatMap((host) => outcomes.filter((outcome) => outcome.host === host.host))
}

/**
 * Performs a plan: clusters side by side, in each one control plane after the other, the next one only after the
 * proof of the one before. A failed host stops its own cluster, and only that.
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
