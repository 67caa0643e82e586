import { toPlanewrightError } from '../../error.ts'
import type { HostPlan } from '../values/host-plan.ts'
import { HostSteps, type RollOptions } from './host-steps.ts'
import { interruptedOutcome } from '../values/interrupted.ts'
import { mapLimited } from '../values/map-limited.ts'
import { failedOutcome, type HostOutcome } from '../values/outcome.ts'
import { pendingOutcome, type Plan } from '../plan/plan.ts'
import { openHost } from './roll.ts'
import type { Session } from '../session/session.ts'

async function proveHost(session: Session, host: HostPlan, options: RollOptions): Promise<HostOutcome> {
  const outcome = pendingOutcome(host)
  // A host that differs is not proven: an event may come from the old policy as well as from the right one.
  if (outcome.status === 'pending') return outcome
  if (session.signal.aborted) return interruptedOutcome(host)
  try {
    const proof = await new HostSteps(await openHost(session, host), options).prove()
    return { ...outcome, proof }
  } catch (thrown) {
    return failedOutcome(host, toPlanewrightError(thrown))
  }
}

/**
 * Proves every host that does not differ from its desired state. An interrupted run begins no further host.
 * Writes nothing on any host.
 */
export async function proveHosts(
  session: Session,
  plan: Plan,
  options: Pick<RollOptions, 'proof'>,
): Promise<readonly HostOutcome[]> {
  const { listener, forks } = session
  const hosts = plan.clusters.flatMap((cluster) => cluster.hosts)
  const proven = await mapLimited(hosts, forks, (host) => proveHost(session, host, { ...options, listener }))
  return [...proven, ...plan.failures]
}
