import { findUnlisted } from '../engine/cluster/find-unlisted.ts'
import { noUnlisted, type UnlistedControlPlanes } from '../engine/cluster/unlisted.ts'
import type { Plan } from '../engine/plan/plan.ts'
import type { Session } from '../engine/session/session.ts'

/** Asks each cluster for control planes that the inventory lacks, unless the run was interrupted. */
export async function lookForUnlisted(session: Session, planned: Plan): Promise<UnlistedControlPlanes> {
  return session.signal.aborted ? noUnlisted : findUnlisted(session, planned)
}
