import { openApiserver } from '../../apiserver/node-apiserver.ts'
import { PlanewrightError, toPlanewrightError } from '../../error.ts'
import type { ProcessFact } from '../../host/fact.ts'
import { validateConfiguration } from '../../kubeadm/validate.ts'
import type { ClusterChange, ClusterOutcome } from '../values/cluster-outcome.ts'
import { listensAt, type Seen, seeAll } from '../cluster/control-plane.ts'
import { announce } from '../values/event.ts'
import { interrupted } from '../values/interrupted.ts'
import { mapLimited } from '../values/map-limited.ts'
import type { HostOutcome } from '../values/outcome.ts'
import { reachable } from '../cluster/possible-hosts.ts'
import { preparedFor, type Session } from '../session/session.ts'
import { configurationTitle } from './stored-configuration.ts'
import { writeConfiguration } from './write-configuration.ts'

/** What may happen to a cluster's tasks after the roll. */
type Decision =
  | { readonly may: 'write' }
  | { readonly may: 'wait' }
  | { readonly may: 'stop'; readonly error: PlanewrightError }

function stoppedBy({ host, status }: HostOutcome): PlanewrightError {
  return new PlanewrightError('interrupted', `${configurationTitle} was not changed`, {
    why: `${host} has the status ${status}; kubeadm uses this ConfigMap for every control plane, so all of them have to succeed first`,
    remedy: `Repair ${host}, then run planewright again.`,
  })
}

/** Whether a cluster's changes may be performed, now that its hosts have ended. */
function judge(planned: ClusterOutcome, outcomes: readonly HostOutcome[]): Decision {
  const own = outcomes.filter(({ cluster }) => cluster === planned.cluster)
  const isDone = ({ status }: HostOutcome) => status === 'ok' || status === 'changed'
  const failed = own.find((one) => !isDone(one))
  if (failed !== undefined) return { may: 'stop', error: stoppedBy(failed) }
  return planned.waitsFor.length === 0 ? { may: 'write' } : { may: 'wait' }
}

async function perform(
  { host }: Seen,
  process: ProcessFact,
  changes: readonly ClusterChange[],
): Promise<readonly string[]> {
  const apiserver = await openApiserver(host.connection, listensAt(host, process))
  const warnings: string[] = []
  for (const change of changes) {
    const judged = await validateConfiguration(host.connection, change.after, { path: change.name })
    if (judged === 'not-judged') {
      warnings.push(
        `${change.name} was written without validation: ${host.name} has no kubeadm, or its kubeadm has no config validate`,
      )
    }
    await writeConfiguration(apiserver, change)
  }
  return warnings
}

async function complete(session: Session, planned: ClusterOutcome): Promise<ClusterOutcome> {
  const { hosts, changes } = planned
  const ways = hosts.map((host) => reachable(session.connections, preparedFor(session, { host }).target))
  try {
    const seen = (await seeAll(ways)).find(({ apiserver }) => apiserver !== undefined)
    const process = seen?.apiserver
    if (seen === undefined || process === undefined) {
      throw new PlanewrightError('host', `${configurationTitle} cannot be written`, {
        why: 'no kube-apiserver runs on any host that was asked',
        remedy:
          'Find out why kube-apiserver does not run (crictl ps -a, journalctl -u kubelet), then run planewright again.',
      })
    }
    const { name } = seen.host
    const locate = (thrown: unknown) => toPlanewrightError(thrown).at({ host: name })
    const action = () => perform(seen, process, changes)
    const warnings = await announce(session.listener, name, 'store', action, () => '', locate)
    return { ...planned, status: 'changed', warnings: [...planned.warnings, ...warnings] }
  } catch (thrown) {
    return { ...planned, status: 'failed', error: toPlanewrightError(thrown) }
  }
}

/**
 * Performs the changes of clusters once all of their control planes are as they should be. A cluster is left
 * alone if one of its control planes failed or was not part of the run.
 *
 * @param planned from `planClusters`, before the roll
 * @param outcomes of the roll
 */
export async function completeClusters(
  session: Session,
  planned: readonly ClusterOutcome[],
  outcomes: readonly HostOutcome[],
): Promise<readonly ClusterOutcome[]> {
  return mapLimited(planned, session.forks, async (cluster): Promise<ClusterOutcome> => {
    if (cluster.status !== 'pending') return cluster
    if (session.signal.aborted) return { ...cluster, status: 'skipped', error: interrupted() }
    const verdict = judge(cluster, outcomes)
    switch (verdict.may) {
      case 'write':
        return complete(session, cluster)
      case 'wait':
        return cluster
      case 'stop':
        return { ...cluster, status: 'skipped', error: verdict.error }
    }
  })
}
