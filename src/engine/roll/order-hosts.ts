import { readHost } from '../../host/host-reader.ts'
import { reachable } from '../cluster/possible-hosts.ts'
import { presenceOf, reach, see, servingTroubles } from '../cluster/control-plane.ts'
import { willRestart, type HostPlan } from '../values/host-plan.ts'
import { preparedFor, type Session } from '../session/session.ts'
import { awaitKubelet } from './await-kubelet.ts'

/**
 * How available a host's apiserver is, the least available first.
 *
 * - `down`: none runs there, or it does not listen: while it is down, the cluster cannot lose another
 * - `unready`: it listens, and says that it is not ready, mostly for a moment
 * - `serving`
 */
const availabilities = ['down', 'unready', 'serving'] as const

type Availability = (typeof availabilities)[number]

/** A host that cannot be looked at counts as serving: its own roll meets the same error, and reports it. */
async function availabilityOf(session: Session, plan: HostPlan): Promise<Availability> {
  // A host that will not restart anything need not be looked at.
  if (!willRestart(plan) || session.signal.aborted) return 'serving'
  try {
    const host = await reach(reachable(session.connections, preparedFor(session, plan).target))
    const seen = await see(host, readHost(host.connection))
    if ((await presenceOf(seen)) !== 'open') return 'down'
    return (await servingTroubles(seen)).length === 0 ? 'serving' : 'unready'
  } catch {
    return 'serving'
  }
}

/** The plans, after all hosts' kubelets have finished their work at the same time. */
export async function awaitKubelets(
  session: Session,
  plans: readonly HostPlan[],
): Promise<readonly HostPlan[]> {
  const settle = async (plan: HostPlan) => {
    if (!willRestart(plan) || session.signal.aborted) return plan
    try {
      const { connection } = await reach(reachable(session.connections, preparedFor(session, plan).target))
      return await awaitKubelet(session, plan, connection)
    } catch {
      return plan
    }
  }
  return Promise.all(plans.map(settle))
}

/** Puts hosts first that do not serve: while such a host is down, the cluster cannot lose another. */
export async function orderHosts(session: Session, plans: readonly HostPlan[]): Promise<readonly HostPlan[]> {
  if (plans.length < 2) return plans
  const looks = await Promise.all(
    plans.map(async (plan) => ({ plan, availability: await availabilityOf(session, plan) })),
  )
  return availabilities.flatMap((availability) =>
    looks.filter((look) => look.availability === availability).map(({ plan }) => plan),
  )
}
