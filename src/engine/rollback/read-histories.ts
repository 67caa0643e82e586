import { toPlanewrightError, type PlanewrightError } from '../../error.ts'
import { readHistory, type KeptTransaction } from '../../guard/history.ts'
import { interrupted } from '../values/interrupted.ts'
import { mapLimited } from '../values/map-limited.ts'
import type { Session } from '../session/session.ts'

/** The transactions that one host keeps, the oldest first; none if they could not be read. */
export interface HostHistory {
  readonly host: string
  readonly address: string
  readonly transactions: readonly KeptTransaction[]
  readonly error: PlanewrightError | undefined
}

/**
 * Reads the transactions that a session's hosts keep, all at the same time. A lost host never stops the
 * others. An interrupted run asks no further host.
 */
export async function readHistories(session: Session): Promise<readonly HostHistory[]> {
  return mapLimited(session.hosts, session.forks, async ({ host, target }) => {
    const base = { host: host.name, address: target.address }
    try {
      if (session.signal.aborted) throw interrupted()
      const transactions = await readHistory(await session.connections.open(target))
      return { ...base, transactions, error: undefined }
    } catch (thrown) {
      return { ...base, transactions: [], error: toPlanewrightError(thrown).at({ host: host.name }) }
    }
  })
}
