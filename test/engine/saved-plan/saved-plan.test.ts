import { describe, expect, test } from 'vitest'
import { checkRequest } from '../../../src/engine/saved-plan/check-request.ts'
import { comparePlan } from '../../../src/engine/saved-plan/compare-plan.ts'
import { readSavedPlan } from '../../../src/engine/saved-plan/read-saved-plan.ts'
import {
  performedText,
  refuseChanged,
  type WholePlan,
} from '../../../src/engine/saved-plan/refuse-changed.ts'
import { savedPlanText } from '../../../src/engine/saved-plan/save-plan.ts'
import type { SavedPlan } from '../../../src/engine/saved-plan/saved-plan.ts'
import type { Session } from '../../../src/engine/session/session.ts'
import { failedOutcome } from '../../../src/engine/values/outcome.ts'
import { PlanewrightError } from '../../../src/error.ts'
import { argumentList, restOfV1beta4, volumes } from '../../kubeadm/stored-configuration.ts'
import { refusalOf } from '../../inventory/written-files.ts'
import { sessionOf } from '../cluster-session.ts'
import {
  contentOf,
  later,
  manifest,
  performed,
  regular,
  restarted,
  withFiles,
  withManifest,
  type World,
} from '../world.ts'
import { bare, planWorlds, save, type Planned } from './planned.ts'

const policy = '/etc/kubernetes/audit-policy.yaml'
const names: Parameters<typeof sessionOf>[0] = { cp1: {}, cp2: {}, cp3: {} }

async function fileOf(session: Session, planned: Planned): Promise<SavedPlan> {
  return readSavedPlan(savedPlanText(await save(session, planned)), 'agreed.plan')
}

let agreed: Promise<SavedPlan> | undefined

/** The plan of three bare control planes, as it is read from its file. */
function agreedPlan(): Promise<SavedPlan> {
  agreed ??= (async () => {
    await using session = await sessionOf(names)
    return await fileOf(session, await planWorlds(session, {}))
  })()
  return agreed
}

interface Now {
  /** The worlds of hosts that are not bare any more. */
  readonly worlds?: Readonly<Record<string, World>>
  readonly hosts?: typeof names
  readonly configuration?: string
  readonly edit?: (planned: Planned) => Planned
}

/** Compares the present state with the saved plan, and returns what a run would perform. */
async function judge({ worlds = {}, hosts = names, configuration, edit }: Now): Promise<WholePlan> {
  const saved = await agreedPlan()
  await using session = await sessionOf(hosts)
  const planned = await planWorlds(session, worlds, configuration)
  const now = edit?.(planned) ?? planned
  return refuseChanged(now, await comparePlan(saved, session, now))
}

/** The reason why each host is refused. */
function reasons({ plan: { failures } }: WholePlan) {
  return Object.fromEntries(failures.map(({ host, status, error }) => [host, [status, error?.why]]))
}

/** How many changes each host has. */
function counts({ plan: { clusters } }: WholePlan) {
  return clusters.flatMap(({ hosts }) => hosts.map(({ host, changes }) => [host, changes.length]))
}

/** A host on which the plan was performed an hour ago. */
async function done(): Promise<World> {
  await using session = await sessionOf({ cp1: {} })
  const [host] = (await planWorlds(session, {})).plan.clusters[0]?.hosts ?? []
  if (host === undefined) throw new Error('no plan')
  return later(performed(bare, host), 3600)
}

test('if nothing has changed, the whole plan is performed', async () => {
  const now = await judge({})
  expect(reasons(now)).toEqual({})
  expect(counts(now)).toEqual([
    ['cp1', 4],
    ['cp2', 4],
    ['cp3', 4],
  ])
  expect(now.clusters).toMatchObject([{ status: 'pending', changes: [{ kind: 'stored-configuration' }] }])
})

test('another process and a later time are no difference', async () => {
  expect(reasons(await judge({ worlds: { cp2: later(restarted(later(bare, 60)), 7200) } }))).toEqual({})
})

const edited = withManifest(bare, (text) =>
  text.replace('NodeRestriction', 'NodeRestriction,AlwaysPullImages'),
)

/** A host with a policy that somebody wrote by hand. */
const byHand = withFiles(bare, { [policy]: regular(policy, 'apiVersion: audit.k8s.io/v1\n') })

const opened = (planned: Planned): Planned => ({
  ...planned,
  survey: {
    ...planned.survey,
    hosts: planned.survey.hosts.map((host) =>
      host.name === 'cp2' ? { ...host, open: '20261128T030000000Z-0123ab' } : host,
    ),
  },
})

const movedTo =
  (cluster: string) =>
  (planned: Planned): Planned => {
    const [first] = planned.plan.clusters
    if (first === undefined) return planned
    const stays = first.hosts.filter(({ host }) => host !== 'cp2')
    const moves = first.hosts.filter(({ host }) => host === 'cp2').map((host) => ({ ...host, cluster }))
    return {
      ...planned,
      plan: {
        ...planned.plan,
        clusters: [
          { ...first, hosts: stays },
          { cluster, hosts: moves },
        ],
      },
    }
  }

describe('one change refuses the whole run, and is named', () => {
  test.each<[string, Now, readonly RegExp[]]>([
    [
      'a file was edited on the host',
      { worlds: { cp2: edited } },
      [
        /^file \S+kube-apiserver\.yaml has changed since the plan was saved: content: it was sha256 [0-9a-f]{12}, and is sha256 [0-9a-f]{12} now$/,
      ],
    ],
    [
      'a file that was to be made is there',
      { worlds: { cp2: byHand } },
      [/^file \S+audit-policy\.yaml is there, and was not when the plan was saved$/],
    ],
    [
      'a mode was changed on the host',
      {
        worlds: {
          cp2: withFiles(bare, { [manifest]: regular(manifest, contentOf(bare, manifest), { mode: 0o644 }) }),
        },
      },
      [
        /^file \S+ has changed since the plan was saved: mode: it was 0600, and is 0644 now$/,
        /^file \S+ is planned differently now: mode: it was 0600, and is 0644 now$/,
      ],
    ],
    [
      'a variable has another value',
      { hosts: { ...names, cp2: { audit_log_maxage: 7 } } },
      [
        /^the variable audit_log_maxage has changed$/,
        /^file \S+kube-apiserver\.yaml is planned differently now: content: it was sha256 /,
        /^restart kube-apiserver is planned differently now: --audit-log-maxage: it was 30, and is 7 now$/,
      ],
    ],
    [
      'a variable that changes how it is performed',
      { hosts: { ...names, cp2: { confirm_timeout: 60 } } },
      [/^the variable confirm_timeout has changed$/],
    ],
    [
      'another address',
      { hosts: { ...names, cp2: { ansible_host: '192.0.2.99', ansible_port: 2222 } } },
      [
        /^the host's address has changed: it was cp2, and is 192\.0\.2\.99 now$/,
        /^the host's SSH port has changed: it was 22, and is 2222 now$/,
      ],
    ],
    ['an open transaction', { edit: opened }, [/^transaction 20261128T030000000Z-0123ab is open$/]],
    [
      'another cluster',
      { edit: movedTo('other') },
      [/^the host's cluster has changed: it was ca, and is other now$/],
    ],
  ])('%s', async (_, now, lines) => {
    const judged = await judge(now)
    const { cp1, cp2, cp3 } = reasons(judged)
    const why = String(cp2?.[1]).split('\n')
    expect([cp2?.[0], why]).toEqual(['failed', lines.map((line) => expect.stringMatching(line) as string)])
    expect([cp1?.[0], cp3?.[0]]).toEqual(['skipped', 'skipped'])
    expect(String(cp1?.[1])).toContain('cp2 has changed')
    expect(counts(judged)).toEqual([])
  })
})

test('an inventory in another order is a difference of the hosts whose turn has changed', async () => {
  const { cp2, cp3 } = reasons(await judge({ hosts: { cp1: {}, cp3: {}, cp2: {} } }))
  expect(cp2).toEqual(['failed', "the host's turn in its cluster has changed: it was 2, and is 3 now"])
  expect(cp3).toEqual(['failed', "the host's turn in its cluster has changed: it was 3, and is 2 now"])
})

test('a host that cannot be reached refuses the run, and stays unreachable', async () => {
  const lost = new PlanewrightError('unreachable', 'no route to host')
  const now = await judge({
    edit: (planned) => {
      const [cluster] = planned.plan.clusters
      if (cluster === undefined) return planned
      const [, ...hosts] = cluster.hosts
      const failures = [failedOutcome({ host: 'cp1', address: 'cp1' }, lost)]
      return { ...planned, plan: { clusters: [{ ...cluster, hosts }], failures } }
    },
  })
  expect(reasons(now)).toMatchObject({
    cp1: ['unreachable', undefined],
    cp2: ['skipped', 'cp1 is unreachable'],
    cp3: ['skipped', 'cp1 is unreachable'],
  })
})

test('a host on which the plan was performed has nothing to do, and the others go on', async () => {
  const now = await judge({ worlds: { cp1: await done() } })
  expect(reasons(now)).toEqual({})
  expect(counts(now)).toEqual([
    ['cp1', 0],
    ['cp2', 4],
    ['cp3', 4],
  ])
  expect(now.plan.clusters[0]?.hosts.map(({ warnings }) => warnings.includes(performedText))).toEqual([
    true,
    false,
    false,
  ])
})

test('a host on which a plan with other variables was performed is refused', async () => {
  const now = await judge({ worlds: { cp1: await done() }, hosts: { ...names, cp1: { restart_drain: 9 } } })
  expect(reasons(now).cp1).toMatchObject([
    'failed',
    expect.stringMatching(/^the variable restart_drain has changed/),
  ])
})

describe('what is stored in the cluster', () => {
  test('another text refuses the hosts as well', async () => {
    const configuration = `apiServer:\n  timeoutForControlPlane: 5m\n${restOfV1beta4}`
    const now = await judge({ configuration })
    expect(now.clusters).toMatchObject([{ status: 'failed', error: { code: 'saved-plan' } }])
    expect(now.clusters[0]?.error?.why).toMatch(
      /^ConfigMap kube-system\/kubeadm-config has changed since the plan was saved: content: it was sha256 /,
    )
    expect(reasons(now)).toMatchObject({ cp1: ['skipped', 'cluster ca has changed'] })
  })

  test('a configuration that has all settings by now needs no change', async () => {
    const configuration = `apiServer:\n  extraArgs:\n${argumentList}  extraVolumes:\n${volumes}${restOfV1beta4}`
    const now = await judge({ configuration })
    expect([reasons(now), now.clusters]).toMatchObject([{}, [{ status: 'ok', changes: [] }]])
  })

  test('a control plane that joined since refuses the plan, because the change would have to wait for it', async () => {
    const now = await judge({
      edit: (planned) => ({
        ...planned,
        clusters: planned.clusters.map((cluster) => ({ ...cluster, waitsFor: ['cp4'] })),
      }),
    })
    expect(now.clusters[0]?.error?.why).toBe(
      'the stored configuration is planned differently now: waits for: it was nothing, and is cp4 now',
    )
  })

  test('a cluster that cannot be asked now refuses the plan', async () => {
    const error = new PlanewrightError('host', 'nobody answers')
    const now = await judge({
      edit: (planned) => ({
        ...planned,
        clusters: planned.clusters.map((one) => ({ ...one, status: 'unknown', changes: [], error })),
      }),
    })
    expect(reasons(now)).toMatchObject({ cp1: ['skipped', 'the cluster of cp1, cp2, cp3 cannot be planned'] })
    expect(now.clusters).toMatchObject([{ status: 'failed' }])
  })
})

describe('before any host is asked', () => {
  async function refusal(
    hosts: typeof names,
    edit: Partial<SavedPlan> = {},
    extraVariables: readonly string[] = [],
  ) {
    const saved = await agreedPlan()
    const session = await sessionOf(hosts)
    return refusalOf(() => {
      checkRequest({ ...saved, ...edit }, { session, extraVariables })
    })
  }

  test('hosts that were added or removed are named', async () => {
    const error = await refusal({ cp1: {}, cp2: {}, cp4: {} })
    expect(error).toMatchObject({ code: 'saved-plan' })
    expect(error.why?.split('\n')).toEqual([
      'cp4 is in the inventory now, and is not in the plan',
      'cp3 is in the plan, and not in the inventory any more',
    ])
  })

  test('another version, other tasks, and a variable that is not given', async () => {
    const asked = { inventory: [], hosts: [], limit: [], extraVariables: ['audit_log_maxage'] }
    const error = await refusal(names, { planewright: '0.0.9', clusterTasks: [], asked })
    expect(error.why).toMatch(
      /^planewright 0\.0\.9 saved it, and this is planewright \S+\nthe cluster tasks were: none; they are now: kubeadm configuration\nit was planned with -e audit_log_maxage=…, which is not given now$/,
    )
  })

  test('nothing else is refused', async () => {
    const asked = {
      inventory: ['elsewhere.yaml'],
      hosts: [],
      limit: [],
      extraVariables: ['audit_log_maxage'],
    }
    const session = await sessionOf(names)
    const now = { session, extraVariables: ['audit_log_maxage', 'other'] }
    checkRequest({ ...(await agreedPlan()), asked }, now)
  })
})

describe('only a complete plan is saved', () => {
  test.each<[string, (planned: Planned) => Planned, string]>([
    ['an open transaction', opened, 'cp2 has an open transaction: 20261128T030000000Z-0123ab'],
    [
      'a host that failed',
      (planned) => {
        const error = new PlanewrightError('unreachable', 'no route to host')
        const failures = [failedOutcome({ host: 'cp3', address: 'cp3' }, error)]
        return { ...planned, plan: { ...planned.plan, failures } }
      },
      'cp3 is unreachable: no route to host',
    ],
    [
      'a cluster that could not be asked',
      (planned) => {
        const error = new PlanewrightError('host', 'nobody answers')
        return { ...planned, clusters: planned.clusters.map((one) => ({ ...one, status: 'unknown', error })) }
      },
      'the cluster of cp1, cp2, cp3: nobody answers',
    ],
  ])('%s', async (_, edit, why) => {
    const session = await sessionOf(names)
    const planned = edit(await planWorlds(session, {}))
    const error = await refusalOf(() => save(session, planned))
    expect(error).toMatchObject({ code: 'saved-plan', why })
  })
})
