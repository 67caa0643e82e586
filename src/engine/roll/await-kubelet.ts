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
 * Seconds in which the kubelet finishes its work on a manifest: 20 s until it looks, the end of the old
 * process, and a new start. An edit that changes no meaning, such as a comment, restarts nothing: then
 * planewright waits all this time.
 */
const kubeletDeadline = 60

/** Undefined if the restart fails. This manifest is about to change, so its failure does not matter. */
async function unlessFailed<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action()
  } catch (thrown) {
    if (toPlanewrightError(thrown).code === 'restart') return undefined
    throw thrown
  }
}

/** The process that has to go now; null if none came, or if one came and went. */
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
  // An apiserver that has just opened its port has not loaded anybody's permissions yet.
  const apiserver = await openApiserver(connection, listens)
  const check = () => checkAlive(connection, component, arrived)
  const ready = await unlessFailed(() => apiserver.awaitReady(check).then(() => arrived))
  return ready ?? null
}

/**
 * Waits until a host's kubelet has finished its work, and returns the plan with the process that runs then.
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
