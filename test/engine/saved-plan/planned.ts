import { readFileSync } from 'node:fs'
import { groupByCluster, type Plan } from '../../../src/engine/plan/plan.ts'
import { planHost } from '../../../src/engine/plan/plan-host.ts'
import { planClusters } from '../../../src/engine/stored/plan-clusters.ts'
import type { Session } from '../../../src/engine/session/session.ts'
import type { Survey } from '../../../src/engine/survey/survey.ts'
import type { HostPlan } from '../../../src/engine/values/host-plan.ts'
import type { SurveyedHost } from '../../../src/engine/values/surveyed-host.ts'
import type { ClusterOutcome } from '../../../src/engine/values/cluster-outcome.ts'
import { savePlan } from '../../../src/engine/saved-plan/save-plan.ts'
import type { SavedPlan } from '../../../src/engine/saved-plan/saved-plan.ts'
import { restOfV1beta4 } from '../../kubeadm/stored-configuration.ts'
import { surveyed } from '../cluster-session.ts'
import {
  directoryAt,
  later,
  machine,
  manifest,
  regular,
  restarted,
  surveyWorld,
  withFiles,
  type World,
} from '../world.ts'

const kubeadm = readFileSync(new URL('../../manifest/fixtures/kubeadm.yaml', import.meta.url), 'utf8')

/** A control plane as kubeadm leaves it, an hour after its start. */
export const bare: World = later(
  restarted(
    later(
      withFiles(machine, {
        '/etc/kubernetes': directoryAt('/etc/kubernetes'),
        [manifest]: regular(manifest, kubeadm, { modified: machine.now }),
      }),
      10,
    ),
  ),
  3600,
)

/** The configuration that kubeadm stores, without planewright's settings. */
export const bareConfiguration = `apiServer: {}\n${restOfV1beta4}`

/** The facts and the plan of a run. */
export interface Planned {
  readonly survey: Survey
  readonly plan: Plan
  readonly clusters: readonly ClusterOutcome[]
}

interface PlannedHost {
  readonly surveyed: SurveyedHost
  readonly plan: HostPlan
}

/** Plans by world and variables, because the plan of one host takes a quarter of a second. */
const known = new Map<World, Map<string, Promise<PlannedHost>>>()

function planOnce(world: World, { tasks }: Session, values: Readonly<Record<string, unknown>>) {
  const ofWorld = known.get(world) ?? new Map<string, Promise<PlannedHost>>()
  known.set(world, ofWorld)
  const key = JSON.stringify(values)
  const planned =
    ofWorld.get(key) ??
    surveyWorld(world, tasks, values).then((surveyed) => ({ surveyed, plan: planHost(surveyed, tasks) }))
  ofWorld.set(key, planned)
  return planned
}

/** Plans a session whose hosts have these worlds, or bare ones. All are in one cluster. */
export async function planWorlds(
  session: Session,
  worlds: Readonly<Record<string, World>>,
  configuration = bareConfiguration,
): Promise<Planned> {
  const planned = await Promise.all(
    session.hosts.map(async ({ host: { name, variables }, target }) => {
      const values = [...variables].map(([variable, { value }]) => [variable, value] as const)
      const one = await planOnce(worlds[name] ?? bare, session, Object.fromEntries(values))
      return {
        surveyed: { ...one.surveyed, name, target },
        plan: { ...one.plan, host: name, address: target.address },
      }
    }),
  )
  const plan: Plan = { clusters: groupByCluster(planned.map((one) => one.plan)), failures: [] }
  const names = planned.map((one) => one.plan.host)
  return {
    survey: { tasks: session.tasks, hosts: planned.map((one) => one.surveyed), failures: [] },
    plan,
    clusters: planClusters(session, plan, [surveyed('ca', names, configuration)]),
  }
}

export function save(session: Session, planned: Planned): Promise<SavedPlan> {
  const asked = { inventory: ['hosts.yaml'], hosts: [], limit: [], extraVariables: [] }
  return savePlan({ session, ...planned, asked, by: 'ada@desk', at: new Date(0) })
}
