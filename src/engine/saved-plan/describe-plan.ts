import { templateNamesIn } from '../../template/names.ts'
import type { Plan } from '../plan/plan.ts'
import type { PreparedHost } from '../session/prepared-host.ts'
import { preparedFor, type Session } from '../session/session.ts'
import type { ClusterOutcome } from '../values/cluster-outcome.ts'
import type { ClusterPlan, HostPlan } from '../values/host-plan.ts'
import { describeChange, describeClusterChange, describeProof } from './describe-change.ts'
import { digestOf, type SecretDigests } from './digest.ts'
import type { SavedCluster, SavedHost } from './saved-plan.ts'

/** By name: the variables that planning and performing depend on. */
function variablesOf({ variables, templates }: PreparedHost): ReadonlyMap<string, unknown> {
  const declared = [...variables.byTask.values()].flatMap((params) => Object.entries(params))
  const named = [...templates.values()].flatMap(({ kind, source }) =>
    kind === 'handlebars' ? templateNamesIn(source) : [],
  )
  const used = named.filter((name) => Object.hasOwn(variables.all, name))
  return new Map([...declared, ...used.map((name) => [name, variables.all[name]] as const)])
}

async function describeHost(
  plan: HostPlan,
  prepared: PreparedHost,
  digests: SecretDigests,
): Promise<SavedHost> {
  const { host, address, changes, provable } = plan
  const variables = [...variablesOf(prepared)].map(
    async ([name, value]) => [name, await digests.digest(name, value)] as const,
  )
  const templates = [...prepared.templates].map(([name, { source }]) => [name, digestOf(source)] as const)
  return {
    host,
    address,
    port: prepared.target.port,
    variables: Object.fromEntries(await Promise.all(variables)),
    templates: Object.fromEntries(templates),
    changes: await Promise.all(changes.map((change) => describeChange(change, digests))),
    proof: provable === null ? null : describeProof(provable),
  }
}

async function describeCluster(
  session: Pick<Session, 'hosts'>,
  { cluster, hosts }: ClusterPlan,
  outcomes: readonly ClusterOutcome[],
  digests: SecretDigests,
): Promise<SavedCluster> {
  const own = outcomes.find((one) => one.cluster === cluster)
  return {
    cluster: cluster ?? null,
    hosts: await Promise.all(hosts.map((host) => describeHost(host, preparedFor(session, host), digests))),
    changes: (own?.changes ?? []).map(describeClusterChange),
    waitsFor: [...(own?.waitsFor ?? [])],
  }
}

/**
 * Describes a whole plan, and all that it depends on in the operator's files. Contents and values are
 * digests.
 *
 * @param clusters from `planClusters`
 */
export async function describePlan(
  session: Pick<Session, 'hosts'>,
  plan: Plan,
  clusters: readonly ClusterOutcome[],
  digests: SecretDigests,
): Promise<readonly SavedCluster[]> {
  return Promise.all(plan.clusters.map((cluster) => describeCluster(session, cluster, clusters, digests)))
}
