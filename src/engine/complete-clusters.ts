import { createTwoFilesPatch } from 'diff'
import { readConfigMap, writeConfigMap } from '../apiserver/config-map.ts'
import { openApiserver, type NodeApiserver } from '../apiserver/node-apiserver.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import type { ProcessFact } from '../host/fact.ts'
import { validateConfiguration } from '../kubeadm/validate.ts'
import type { ClusterChange, ClusterOutcome } from './cluster-outcome.ts'
import { listensAt, type Seen } from './control-plane.ts'
import { announce } from './event.ts'
import { interrupted } from './interrupted.ts'
import { mapLimited } from './map-limited.ts'
import type { HostOutcome } from './outcome.ts'
import { reachable } from './candidates.ts'
import { seeAll } from './see-all.ts'
import { preparedFor, type Session } from './session.ts'
import { configurationKey, configurationName, configurationTitle } from './stored-configuration.ts'

/** What the roll has left of a cluster's tasks. */
type Verdict =
  | { readonly may: 'write' }
  | { readonly may: 'wait' }
  | { readonly may: 'stop'; readonly error: PlanewrightError }

function stoppedBy({ host, status }: HostOutcome): PlanewrightError {
  return new PlanewrightError('interrupted', `${configurationTitle} was not touched`, {
    why: `${host} is ${status}: what is stored is what kubeadm gives to every control plane`,
    remedy: `See what happened to ${host}, and run again.`,
  })
}

/** Whether what is due on a cluster may be done, now that its hosts have ended. */
function judge(planned: ClusterOutcome, outcomes: readonly HostOutcome[]): Verdict {
  const own = outcomes.filter(({ cluster }) => cluster === planned.cluster)
  const isDone = ({ status }: HostOutcome) => status === 'ok' || status === 'changed'
  const failed = own.find((one) => !isDone(one))
  if (failed !== undefined) return { may: 'stop', error: stoppedBy(failed) }
  return planned.waitsFor.length === 0 ? { may: 'write' } : { may: 'wait' }
}

function changedMeanwhile(change: ClusterChange, now: string | undefined): PlanewrightError {
  const names = [`${change.name} (as planned on)`, `${change.name} (now)`] as const
  const why =
    now === undefined ? 'it is no longer there' : createTwoFilesPatch(...names, change.before, now).trimEnd()
  return new PlanewrightError('precondition', `${change.name} changed between the survey and the write`, {
    where: { path: change.name },
    why,
    remedy:
      'Their version stays. See who else works on this cluster, then run again: the plan will be made anew.',
  })
}

async function write(apiserver: NodeApiserver, change: ClusterChange): Promise<void> {
  const { resourceVersion, after: value } = change
  const written = await writeConfigMap(apiserver, configurationName, {
    resourceVersion,
    key: configurationKey,
    value,
  })
  if (written === undefined) {
    const now = await readConfigMap(apiserver, configurationName)
    throw changedMeanwhile(change, now?.data[configurationKey])
  }
  if (written.data[configurationKey] !== value) throw changedMeanwhile(change, written.data[configurationKey])
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
        `${change.name} was written without a check: the kubeadm of ${host.name} cannot validate one, or is not there`,
      )
    }
    await write(apiserver, change)
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
 * Performs what is due on clusters once all of their control planes are as they should be: a cluster of which one
 * failed, or was not part of the run, is left alone.
 *
 * @param planned by `planClusters`, before the roll
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
