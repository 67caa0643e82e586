import { recoverOpen } from '../engine/roll/recover-open.ts'
import { checkRequest } from '../engine/saved-plan/check-request.ts'
import { comparePlan } from '../engine/saved-plan/compare-plan.ts'
import { refuseChanged, type WholePlan } from '../engine/saved-plan/refuse-changed.ts'
import type { SavedPlan } from '../engine/saved-plan/saved-plan.ts'
import type { Session } from '../engine/session/session.ts'
import { survey, type Survey } from '../engine/survey/survey.ts'
import type { Inventory } from '../inventory/inventory.ts'

/** What a run is about to perform. */
export interface PlannedRun extends WholePlan {
  readonly survey: Survey
}

/** What an apply may do. */
export interface Agreement {
  /** Reads the hosts. Throws PlanewrightError if it is already known that nothing may be done. */
  readonly survey: (session: Session) => Promise<Survey>
  /** The part of the due changes that may be performed. */
  readonly keepTo: (session: Session, run: PlannedRun) => Promise<WholePlan>
}

/** Performs everything that is due, and first ends what another run left open. */
export const everythingDue: Agreement = {
  survey: async (session) => recoverOpen(session, await survey(session)),
  keepTo: (_session, { plan, clusters }) => Promise.resolve({ plan, clusters }),
}

/** Performs what was saved, or nothing. It ends no open transaction, as nobody has agreed to an undo. */
export function onlySaved(saved: SavedPlan, { extraVariables }: Inventory): Agreement {
  return {
    survey: (session) => {
      checkRequest(saved, { session, extraVariables })
      return survey(session)
    },
    keepTo: async (session, run) => refuseChanged(run, await comparePlan(saved, session, run)),
  }
}
