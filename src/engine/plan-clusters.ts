import { isDeepStrictEqual } from 'node:util'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import {
  describeConfigurationDifferences,
  editClusterConfiguration,
} from '../kubeadm/cluster-configuration.ts'
import type { ClusterChange, ClusterOutcome } from './cluster-outcome.ts'
import { compareControlPlanes } from './compare-control-planes.ts'
import type { ClusterDesired, ClusterTask } from './cluster-task.ts'
import type { Plan } from './plan.ts'
import type { PreparedHost } from './prepared-host.ts'
import { preparedFor, type Session } from './session.ts'
import { adviceFor, configurationTitle } from './stored-configuration.ts'
import { isNodeOf } from './stranger.ts'
import type { ClusterFacts, SurveyedCluster } from './survey-clusters.ts'

/** What a task for clusters says, by what the variables of all its hosts say alike. */
function desiredOf(task: ClusterTask, hosts: readonly PreparedHost[]): readonly ClusterDesired[] {
  const [first, ...others] = hosts.map(({ host, variables }) => ({
    name: host.name,
    params: variables.byTask.get(task.name) ?? {},
  }))
  if (first === undefined) return []
  const other = others.find(({ params }) => !isDeepStrictEqual(params, first.params))
  if (other === undefined) return task.plan({ params: first.params })
  const names = Object.keys(first.params).filter(
    (key) => !isDeepStrictEqual(first.params[key], other.params[key]),
  )
  throw new PlanewrightError('variable', 'the control planes of one cluster want different settings', {
    why: names
      .map(
        (key) =>
          `${key} is ${JSON.stringify(first.params[key])} for ${first.name} and ${JSON.stringify(other.params[key])} for ${other.name}`,
      )
      .join('\n'),
    remedy: `${configurationTitle} holds one value for all of them. Set it for the group, or set audit_kubeadm_config: false.`,
  })
}

interface Drawn {
  readonly changes: readonly ClusterChange[]
  readonly warnings: readonly string[]
}

function draw(task: ClusterTask, desired: ClusterDesired, { configuration }: ClusterFacts): Drawn {
  if (configuration.type === 'none') return { changes: [], warnings: [adviceFor(configuration)] }
  const { text: before, resourceVersion } = configuration
  const settings = { flags: desired.flags, volumes: desired.volumes }
  const place = { path: configurationTitle }
  const after = editClusterConfiguration(before, settings, place)
  if (after === before) return { changes: [], warnings: [] }
  const differences = describeConfigurationDifferences(before, settings, place)
  if (desired.ifDifferent === 'warn') {
    const what = `the next kubeadm upgrade will lose audit settings, and kubeadm join gives a new control plane none: ${configurationTitle} does not hold them (audit_kubeadm_config is false)`
    return { changes: [], warnings: [what, ...differences] }
  }
  const change = { kind: 'stored-configuration', task: task.name, name: configurationTitle } as const
  return { changes: [{ ...change, differences, before, after, resourceVersion }], warnings: [] }
}

/**
 * Which control planes the cluster has beside the hosts of a run. A manifest that kubeadm makes where the policy is not
 * would not come up: what is stored waits for all of them.
 */
function leftOut({ hosts, facts }: SurveyedCluster): readonly string[] {
  const { nodes = [], known = [] } = facts ?? {}
  const own = known.filter(({ name }) => hosts.includes(name))
  return nodes.filter((node) => !own.some((host) => isNodeOf(node, host))).map(({ name }) => name)
}

function waitingText(waitsFor: readonly string[]): string {
  return `${configurationTitle} waits for ${waitsFor.join(', ')}: not part of this run, and a manifest of kubeadm’s may lack there what it needs`
}

function planCluster(session: Session, plan: Plan, surveyed: SurveyedCluster): ClusterOutcome {
  const { cluster, hosts, facts, error } = surveyed
  const own = plan.clusters.find((one) => one.cluster === cluster)?.hosts ?? []
  const differing = compareControlPlanes(own)
  const waitsFor = leftOut(surveyed)
  const base = { cluster, hosts, changes: [], warnings: [], waitsFor, differing, error: undefined }
  if (facts === undefined) return { ...base, status: 'failed', error }
  try {
    const prepared = hosts.map((host) => preparedFor(session, { host }))
    const drawn = session.clusterTasks.flatMap((task) =>
      desiredOf(task, prepared).map((desired) => draw(task, desired, facts)),
    )
    const changes = drawn.flatMap((one) => one.changes)
    const waiting = changes.length > 0 && waitsFor.length > 0 ? [waitingText(waitsFor)] : []
    const warnings = [...drawn.flatMap((one) => one.warnings), ...waiting]
    return { ...base, status: changes.length > 0 ? 'pending' : 'ok', changes, warnings }
  } catch (thrown) {
    return { ...base, status: 'failed', error: toPlanewrightError(thrown) }
  }
}

/** What is to be done on each cluster, beside its hosts: every cluster as it stands before anything is performed. */
export function planClusters(
  session: Session,
  plan: Plan,
  clusters: readonly SurveyedCluster[],
): readonly ClusterOutcome[] {
  return clusters.map((cluster) => planCluster(session, plan, cluster))
}
