import { isDeepStrictEqual } from 'node:util'
import { lineOf, PlanewrightError, toPlanewrightError } from '../../error.ts'
import {
  describeConfigurationDifferences,
  editClusterConfiguration,
} from '../../kubeadm/cluster-configuration.ts'
import { isNodeOf } from '../cluster/unlisted.ts'
import type { ClusterChange, ClusterOutcome } from '../values/cluster-outcome.ts'
import { compareControlPlanes } from '../plan/compare-control-planes.ts'
import type { ClusterDesired, ClusterTask } from '../task/cluster-task.ts'
import type { Plan } from '../plan/plan.ts'
import type { PreparedHost } from '../session/prepared-host.ts'
import { preparedFor, type Session } from '../session/session.ts'
import { adviceFor, configurationTitle, type StoredConfiguration } from './stored-configuration.ts'
import type { SurveyedCluster } from './survey-clusters.ts'

interface Drawn {
  readonly changes: readonly ClusterChange[]
  readonly warnings: readonly string[]
}

/** What a task asks for with the variables of one host. */
interface Wish {
  readonly host: string
  readonly params: Readonly<Record<string, unknown>>
  readonly desired: readonly ClusterDesired[]
}

function wishesOf(task: ClusterTask, hosts: readonly PreparedHost[]): readonly Wish[] {
  return hosts.map(({ host, variables }) => {
    const params = variables.byTask.get(task.name) ?? {}
    return { host: host.name, params, desired: task.plan({ params }) }
  })
}

/** Whether nothing would be written in any case: then an obstacle is no failure. */
function isOnlyTold(wishes: readonly Wish[]): boolean {
  return wishes.every(({ desired }) => desired.every(({ ifDifferent }) => ifDifferent === 'warn'))
}

/** The variables in which hosts differ from the first one, in words; empty if all of them want the same. */
function disagreements([first, ...others]: readonly Wish[]): readonly string[] {
  const other = others.find(({ desired }) => !isDeepStrictEqual(desired, first?.desired))
  if (first === undefined || other === undefined) return []
  const names = Object.keys(first.params).filter(
    (name) => !isDeepStrictEqual(first.params[name], other.params[name]),
  )
  const shown = ({ host, params }: Wish, name: string) => `${JSON.stringify(params[name])} for ${host}`
  return names.map((name) => `${name} is ${shown(first, name)} and ${shown(other, name)}`)
}

function disagreed(why: readonly string[]): PlanewrightError {
  return new PlanewrightError(
    'variable',
    'the control planes of one cluster have different audit variables',
    {
      why: why.join('\n'),
      remedy: `${configurationTitle} has one value for all of them. Set the variable for the whole group, or set audit_kubeadm_config: false for all of them.`,
    },
  )
}

/**
 * What a change of the stored configuration has to wait for. First: control planes that the cluster has and
 * the run has not, by their names in the cluster. Second: hosts of the run that the cluster does not list as
 * control planes, as there may be others like them. The cluster lists them by a label, which somebody may
 * have removed.
 *
 * If kubeadm made a manifest on a node without the policy, its apiserver would not start.
 */
export function waitsFor({ hosts, facts }: SurveyedCluster): readonly string[] {
  if (facts === undefined) return []
  const own = facts.known.filter(({ name }) => hosts.includes(name))
  const left = facts.nodes.filter((node) => !own.some((host) => isNodeOf(node, host))).map(({ name }) => name)
  const isKnown = (name: string) =>
    own.some((host) => host.name === name && facts.nodes.some((node) => isNodeOf(node, host)))
  return [...left, ...hosts.filter((name) => !isKnown(name) && !left.includes(name))]
}

/** The same in words. */
function waitingText(names: readonly string[]): string {
  return `${configurationTitle} is not changed yet, because of ${names.join(', ')}: not part of this run, or without the control-plane label. kubeadm’s new manifest may need files that are missing there`
}

/** What may be lost if nothing is written. */
const outlook =
  'the next kubeadm upgrade will lose audit settings, and kubeadm join will not give them to a new control plane'

function draw(
  task: ClusterTask,
  desired: ClusterDesired,
  { text: before, resourceVersion }: StoredConfiguration,
): Drawn {
  const settings = { flags: desired.flags, volumes: desired.volumes }
  const place = { path: configurationTitle }
  const after = editClusterConfiguration(before, settings, place)
  if (after === before) return { changes: [], warnings: [] }
  const differences = describeConfigurationDifferences(before, settings, place)
  if (desired.ifDifferent === 'warn') {
    const what = `${outlook}: ${configurationTitle} does not have them (audit_kubeadm_config is false)`
    return { changes: [], warnings: [what, ...differences] }
  }
  const change = { kind: 'stored-configuration', task: task.name, name: configurationTitle } as const
  return { changes: [{ ...change, differences, before, after, resourceVersion }], warnings: [] }
}

function drawTask(
  task: ClusterTask,
  wishes: readonly Wish[],
  configuration: StoredConfiguration,
): readonly Drawn[] {
  const different = disagreements(wishes)
  if (different.length === 0)
    return (wishes[0]?.desired ?? []).map((desired) => draw(task, desired, configuration))
  throw disagreed(different)
}

function planCluster(session: Session, plan: Plan, surveyed: SurveyedCluster): ClusterOutcome {
  const { cluster, hosts, facts, error } = surveyed
  const own = plan.clusters.find((one) => one.cluster === cluster)?.hosts ?? []
  const differing = compareControlPlanes(own)
  const waiting = waitsFor(surveyed)
  const base = { cluster, hosts, changes: [], warnings: [], waitsFor: waiting, differing, error: undefined }
  const prepared = hosts.map((host) => preparedFor(session, { host }))
  const tasks = session.clusterTasks.map((task) => ({ task, wishes: wishesOf(task, prepared) }))
  try {
    if (facts === undefined) throw error ?? new PlanewrightError('internal', 'a cluster without facts')
    const { configuration } = facts
    if (configuration.type === 'none') return { ...base, status: 'ok', warnings: [adviceFor(configuration)] }
    const drawn = tasks.flatMap(({ task, wishes }) => drawTask(task, wishes, configuration))
    const changes = drawn.flatMap((one) => one.changes)
    const delay = changes.length > 0 && waiting.length > 0 ? [waitingText(waiting)] : []
    const warnings = [...drawn.flatMap((one) => one.warnings), ...delay]
    return { ...base, status: changes.length > 0 ? 'pending' : 'ok', changes, warnings }
  } catch (thrown) {
    const failure = toPlanewrightError(thrown)
    const isTold = failure.code !== 'internal' && tasks.every(({ wishes }) => isOnlyTold(wishes))
    if (isTold) {
      const what = `it is unknown whether ${configurationTitle} has the audit settings`
      return { ...base, status: 'ok', warnings: [`${what}: ${lineOf(failure)}`] }
    }
    return { ...base, status: facts === undefined ? 'unknown' : 'failed', error: failure }
  }
}

/** Plans each cluster's own tasks: the outcomes of all clusters before anything is performed. */
export function planClusters(
  session: Session,
  plan: Plan,
  clusters: readonly SurveyedCluster[],
): readonly ClusterOutcome[] {
  return clusters.map((cluster) => planCluster(session, plan, cluster))
}
