import { readHost } from '../../host/host-reader.ts'
import { reachable } from '../cluster/possible-hosts.ts'
import { presenceOf, reach, see, servingTroubles } from '../cluster/control-plane.ts'
import { willRestart, type HostPlan } from '../values/host-plan.ts'
import { preparedFor, type Session } from '../session/session.ts'
import { awaitKubelet } from './await-kubelet.ts'

/**
 * How much a cluster misses the apiserver of a host that is to be changed, the least first.
 *
 * - `down`: none runs there, or it does not listen: while that is so its cluster bears nothing else
 * - `unready`: it listens, and says that it is not ready: mostly for a moment
 * - `serving`
 */
const availabilities = ['down', 'unready', 'serving'] as const

type Availability = (typeof availabilities)[number]

/** Whatever cannot be looked at counts as serving: the roll of that very host will meet it again, and say it. */
async function availabilityOf(session: Session, plan: HostPlan): Promise<Availability> {
  // What will not be touched any more need not be looked at.
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

/** The plans after the kubelets of their hosts, all at once, have done what they were at. */
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

/** What does not serve is mended first: while it is down its cluster bears nothing else. */
export async function orderHosts(session: Session, plans: readonly HostPlan[]): Promise<readonly HostPlan[]> {
  if (plans.length < 2) return plans
  const looks = await Promise.all(
    plans.map(async (plan) => ({ plan, availability: await availabilityOf(session, plan) })),
  )
  return availabilities.flatMap((availability) =>
    looks.filter((look) => look.availability === availability).map(({ plan }) => plan),
  )
}
