import { toPlanewrightError } from '../../error.ts'
import type { HostPlan } from '../values/host-plan.ts'
import { interruptedOutcome } from '../values/interrupted.ts'
import { mapLimited } from '../values/map-limited.ts'
import { failedOutcome, type HostOutcome } from '../values/outcome.ts'
import { groupByCluster, type Plan } from '../plan/plan.ts'
import { planRollback, type Rollback } from './rollback.ts'
import type { Session } from '../session/session.ts'
import type { Survey } from '../survey/survey.ts'

/** A plan that rolls hosts back, and how to plan each host again. */
export interface RollbackPlan {
  readonly plan: Plan
  readonly planAgain: ReadonlyMap<string, () => Promise<HostPlan>>
}

/** Plans to roll every surveyed host back to its state before a transaction; see `planRollback`. */
export async function planRollbacks(
  session: Session,
  survey: Survey,
  to: string | undefined,
): Promise<RollbackPlan> {
  const rollbacks: Rollback[] = []
  const failures: HostOutcome[] = [...survey.failures]
  await mapLimited(survey.hosts, session.forks, async (host) => {
    const { name, target, cluster } = host
    const known = { host: name, address: target.address, cluster }
    if (session.signal.aborted) {
      failures.push(interruptedOutcome(known))
      return
    }
    try {
      rollbacks.push(await planRollback(await session.connections.open(host.target), host, to))
    } catch (thrown) {
      failures.push(failedOutcome(known, toPlanewrightError(thrown)))
    }
  })
  const order = survey.hosts.map(({ name }) => name)
  const sorted = rollbacks.toSorted(
    (one, other) => order.indexOf(one.plan.host) - order.indexOf(other.plan.host),
  )
  return {
    plan: { clusters: groupByCluster(sorted.map(({ plan }) => plan)), failures },
    planAgain: new Map(sorted.map(({ plan, planAgain }) => [plan.host, planAgain])),
  }
}
