import { userInfo, hostname } from 'node:os'
import { transactionId } from '../../guard/transaction-id.ts'
import type { GuardSettings, Transaction } from '../../guard/transaction.ts'
import type { RestartChange } from '../../host/change.ts'
import { coalesce } from '../plan/coalesce.ts'
import type { HostPlan } from '../values/host-plan.ts'

/** The person who runs planewright, as the hosts record it. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`
}

/** The transaction with a plan's changes. */
export function makeTransaction(
  plan: HostPlan,
  restart: RestartChange | undefined,
  settings: GuardSettings,
): Transaction {
  const tasks = [...new Set(plan.changes.map((change) => change.task))]
  const written = coalesce(plan.changes.filter((change) => change.kind !== 'restart'))
  // Another task may still change the manifest.
  const kept = written.some(({ path }) => path === restart?.path) ? undefined : restart?.kept
  return {
    id: transactionId(new Date()),
    who: operator(),
    what: tasks.join(', '),
    changes: kept === undefined ? written : [...written, kept],
    restart:
      restart === undefined
        ? undefined
        : {
            component: restart.component,
            manifest: restart.path,
            before: restart.before,
            flags: restart.flags,
            listens: restart.listens,
            mounts: restart.awaited === undefined ? 'there' : 'awaited',
            manifestIs: kept === undefined ? 'replaced' : 'kept',
          },
    settings,
  }
}
