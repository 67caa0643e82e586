import { openApiserver } from '../../apiserver/node-apiserver.ts'
import type { Connection } from '../../connection/connection.ts'
import { toPlanewrightError } from '../../error.ts'
import type { ProcessIdentity, RestartChange } from '../../host/change.ts'
import { drainOf } from '../../guard/transaction.ts'
import { awaitRestart, checkAlive } from '../../host/restart.ts'
import { announce } from '../values/event.ts'
import type { HostPlan } from '../values/host-plan.ts'
import type { Session } from '../session/session.ts'

/**
 * Seconds in which the kubelet ends what it is at work on: 20 s until it looks, the end of the old process, and a
 * new start. An edit that changed no meaning, a comment say, restarts nothing: then this is waited for in vain.
 */
const kubeletDeadline = 60

/** Undefined where the restart fails: whatever comes of a manifest that is to be changed is not ours to judge. */
async function unlessFailed<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action()
  } catch (thrown) {
    if (toPlanewrightError(thrown).code === 'restart') return undefined
    throw thrown
  }
}

/** What has to give way now; null where nothing came, or came and went. */
async function awaitArrival(
  connection: Connection,
  { component, listens }: RestartChange,
  old: ProcessIdentity,
  drain: number | null,
): Promise<ProcessIdentity | null> {
  const awaited = { component, old, port: listens.port, arguments: [], drain, deadline: kubeletDeadline }
  const arrived = await unlessFailed(() => awaitRestart(connection, awaited))
  if (arrived === undefined) {
    const stayed = await unlessFailed(() => checkAlive(connection, component, old).then(() => old))
    return stayed ?? null
  }
  if (component !== 'kube-apiserver') return arrived
  // One that has just opened its port knows nobody's rights yet.
  const apiserver = await openApiserver(connection, listens)
  const check = () => checkAlive(connection, component, arrived)
  const ready = await unlessFailed(() => apiserver.awaitReady(check).then(() => arrived))
  return ready ?? null
}

/**
 * Lets the kubelet of a host finish what it is at work on, and gives the plan with the process that runs then.
 *
 * @throws PlanewrightError `unreachable`.
 */
export async function awaitKubelet(
  session: Session,
  plan: HostPlan,
  connection: Connection,
): Promise<HostPlan> {
  const due = plan.changes.find((change) => change.kind === 'restart' && change.kubeletAtWork)
  const prepared = session.hosts.find(({ host }) => host.name === plan.host)
  if (due?.kind !== 'restart' || due.before === null || !plan.kubelet || prepared === undefined) return plan
  const drain = drainOf(prepared.settings)
  const { before: old } = due
  const before = await announce(
    session.listener,
    plan.host,
    'kubelet',
    () => awaitArrival(connection, due, old, drain),
    () => 'the kubelet has finished its work',
    (thrown) => toPlanewrightError(thrown).at({ host: plan.host }),
  )
  const arrived = (change: RestartChange): RestartChange => ({ ...change, before, kubeletAtWork: false })
  const isOfSame = (change: RestartChange) => change.component === due.component && change.kubeletAtWork
  return {
    ...plan,
    changes: plan.changes.map((change) =>
      change.kind === 'restart' && isOfSame(change) ? arrived(change) : change,
    ),
  }
}
