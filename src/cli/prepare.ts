import type { HostOutcome } from '../engine/values/outcome.ts'
import { pendingOutcomes, plan } from '../engine/plan/plan.ts'
import { roll } from '../engine/roll/roll.ts'
import type { Session } from '../engine/session/session.ts'
import { recoverOpen } from '../engine/roll/recover-open.ts'
import { survey } from '../engine/survey/survey.ts'
import { rollIndependently } from '../engine/plan/roll-independently.ts'
import type { Screen } from './screen.ts'

/**
 * Puts on each host what it has to have before it joins as a control plane, all hosts side by side. There is no
 * cluster yet that could miss one of them, and no apiserver that could prove anything.
 */
export async function prepare(session: Session, screen: Screen): Promise<readonly HostOutcome[]> {
  const planned = plan(await recoverOpen(session, await survey(session)), session.tasks)
  const pending = pendingOutcomes(planned)
  await screen.showPlan(pending, { clusters: [], causes: new Map() })
  screen.begin(pending.map((outcome) => outcome.host))
  return roll(session, rollIndependently(planned), { proof: 'no-proof' })
}

/** The same for `--check`: shows what would be put there, and writes nothing. */
export async function checkPreparation(session: Session, screen: Screen): Promise<readonly HostOutcome[]> {
  const pending = pendingOutcomes(plan(await survey(session), session.tasks))
  await screen.showPlan(pending, { clusters: [], causes: new Map() })
  return pending
}
