import { PlanewrightError, toPlanewrightError } from '../error.ts'
import { announce } from './event.ts'
import { inspect, reach, servingTroubles, type Reachable } from './control-plane.ts'
import { checkGate } from './gate.ts'
import type { ClusterPlan, HostPlan } from './host-plan.ts'
import type { RollingHost, RollOptions } from './host-steps.ts'
import { interruptedOutcome } from './interrupted.ts'
import { mapLimited } from './map-limited.ts'
import { failedOutcome, skippedOutcome, type HostOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { planHost } from './plan-host.ts'
import type { PreparedHost } from './prepared-host.ts'
import { rollHost } from './roll-host.ts'
import type { Session } from './session.ts'
import { settleKubelet } from './settle-kubelet.ts'
import { surveyOne } from './survey.ts'

/** How the plan of a host is drawn anew after its roll, by its name; by survey and tasks unless said. */
export type PlanAgain = ReadonlyMap<string, () => Promise<HostPlan>>

interface ClusterOptions extends RollOptions {
  readonly planAgain: PlanAgain
}

function stoppedBy(host: string): PlanewrightError {
  return new PlanewrightError('interrupted', 'not touched, because its cluster stopped before it', {
    why: `${host} failed`,
    remedy: `See what happened to ${host}, and run again.`,
  })
}

function preparedFor(session: Session, plan: HostPlan): PreparedHost {
  const prepared = session.hosts.find((one) => one.host.name === plan.host)
  if (prepared !== undefined) return prepared
  throw new PlanewrightError('internal', `the plan has a host that the session lacks: ${plan.host}`)
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

function reachable(session: Session, plan: HostPlan): Reachable {
  const { target } = preparedFor(session, plan)
  return { name: plan.host, address: plan.address, connect: () => session.connections.open(target) }
}

/** Whether a host's apiserver, or another of its static pods, will be away for a moment. */
const willRestart = ({ changes }: HostPlan) => changes.some(({ kind }) => kind === 'restart')

/** Asks the whole cluster whether it bears it, for a host of which an apiserver is to be restarted. */
async function passGate(session: Session, cluster: ClusterPlan, host: HostPlan): Promise<void> {
  if (!willRestart(host)) return
  const action = async () => {
    const others = cluster.hosts.filter((one) => one.host !== host.host).map((one) => reachable(session, one))
    const neighbours = session.neighbours.map((target) => ({
      name: target.name,
      address: target.address,
      connect: () => session.connections.open(target),
    }))
    await checkGate(await reach(reachable(session, host)), others, neighbours)
  }
  const locate = (thrown: unknown) => toPlanewrightError(thrown).at({ host: host.host })
  const describe = () => `${cluster.hosts.length} control plane${cluster.hosts.length === 1 ? '' : 's'}`
  await announce(session.listener, host.host, 'gate', action, describe, locate)
}

async function rollOne(
  session: Session,
  cluster: ClusterPlan,
  host: HostPlan,
  options: ClusterOptions,
): Promise<HostOutcome> {
  try {
    const rolling = await openHost(session, host)
    const gate = () => passGate(session, cluster, host)
    const planAgain = options.planAgain.get(host.host) ?? rolling.planAgain
    return await rollHost({ ...rolling, gate, planAgain }, options)
  } catch (thrown) {
    return failedOutcome(host, toPlanewrightError(thrown))
  }
}

/** A host's plan after its kubelet has done what it was at, and whether its apiserver serves then. */
async function look(session: Session, plan: HostPlan): Promise<{ plan: HostPlan; serves: boolean }> {
  try {
    const controlPlane = await reach(reachable(session, plan))
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
  failures: readonly HostOutcome[],
  options: ClusterOptions,
): Promise<readonly HostOutcome[]> {
  const outcomes: HostOutcome[] = []
  const known = cluster.cluster
  const failed = failures.filter(({ status }) => status !== 'skipped')
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
    rollCluster(session, cluster, plan.failures, { proof, listener, planAgain }),
  )
  return [...rolled.flat(), ...plan.failures]
}
