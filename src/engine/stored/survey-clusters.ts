import { readConfigMap } from '../../apiserver/config-map.ts'
import { readControlPlaneNodes, type ControlPlaneNode } from '../../apiserver/control-plane-nodes.ts'
import { readDistribution } from '../../apiserver/distribution.ts'
import { openApiserver } from '../../apiserver/node-apiserver.ts'
import { PlanewrightError, toPlanewrightError } from '../../error.ts'
import type { ProcessFact } from '../../host/fact.ts'
import { reachable } from '../cluster/possible-hosts.ts'
import { namedHost, listensAt, type Seen, seeAll } from '../cluster/control-plane.ts'
import { firstAnswer } from '../cluster/first-answer.ts'
import { mapLimited } from '../values/map-limited.ts'
import type { Plan } from '../plan/plan.ts'
import { preparedFor, type Session } from '../session/session.ts'
import {
  configurationKey,
  configurationName,
  configurationTitle,
  type NoConfiguration,
  type StoredConfiguration,
} from './stored-configuration.ts'
import type { NamedHost } from '../cluster/unlisted.ts'

/** What a cluster says about itself. */
export interface ClusterFacts {
  readonly configuration: StoredConfiguration | NoConfiguration
  /** Its control planes, as the cluster lists them. */
  readonly nodes: readonly ControlPlaneNode[]
  /** The hosts that could be looked at, with every name and address that the cluster may know them by. */
  readonly known: readonly NamedHost[]
}

/** A cluster that was asked, or could not be asked. */
export interface SurveyedCluster {
  /** sha256 of its CA certificate. */
  readonly cluster: string
  /** The hosts of the plan. */
  readonly hosts: readonly string[]
  readonly facts: ClusterFacts | undefined
  /** Why it could not be asked; undefined if it was. */
  readonly error: PlanewrightError | undefined
}

async function readFacts(
  { host }: Seen,
  process: ProcessFact,
  known: readonly NamedHost[],
): Promise<ClusterFacts> {
  const apiserver = await openApiserver(host.connection, listensAt(host, process))
  const [stored, nodes] = await Promise.all([
    readConfigMap(apiserver, configurationName),
    readControlPlaneNodes(apiserver),
  ])
  if (stored === undefined) {
    return { configuration: { type: 'none', distribution: await readDistribution(apiserver) }, nodes, known }
  }
  const text = stored.data[configurationKey]
  if (text === undefined) {
    throw new PlanewrightError('host', `the ConfigMap ${configurationTitle} has no ${configurationKey}`, {
      why: `its keys are: ${Object.keys(stored.data).join(', ')}`,
      remedy: 'Restore it: kubeadm init phase upload-config kubeadm --config FILE',
    })
  }
  return { configuration: { type: 'stored', resourceVersion: stored.resourceVersion, text }, nodes, known }
}

/**
 * Asks each cluster of a plan what its tasks need to know, through the first of its control planes that
 * answers. Hosts without a CA belong to no cluster that could be asked. Without cluster tasks, nothing is
 * asked.
 */
export async function surveyClusters(session: Session, plan: Plan): Promise<readonly SurveyedCluster[]> {
  const { clusterTasks, forks, connections, signal } = session
  if (clusterTasks.length === 0 || signal.aborted) return []
  const surveyed = await mapLimited(plan.clusters, forks, async ({ cluster, hosts }) => {
    if (cluster === undefined) return undefined
    const base = { cluster, hosts: hosts.map(({ host }) => host) }
    const seen = await seeAll(hosts.map((host) => reachable(connections, preparedFor(session, host).target)))
    const known = seen.map(namedHost)
    const what = 'the cluster cannot be asked for its stored configuration'
    try {
      const facts = await firstAnswer(seen, what, (host, process) => readFacts(host, process, known))
      return { ...base, facts, error: undefined }
    } catch (thrown) {
      return { ...base, facts: undefined, error: toPlanewrightError(thrown) }
    }
  })
  return surveyed.filter((one) => one !== undefined)
}
