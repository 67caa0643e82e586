import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  defineTask,
  file,
  loadInventory,
  openSession,
  drawPlan,
  roll,
  survey,
  z,
  type HostOutcome,
  type Listener,
  type Plan,
  type RestartChange,
  type RunEvent,
} from '../../../src/index.ts'
import { startStandIns, type StandInCluster } from '../../support/cluster-stand-in.ts'

const wanted = '/etc/kubernetes/wanted'

const task = defineTask({
  name: 'wanted',
  params: z.object({}),
  gather: (reader) => ({ it: reader.file(wanted) }),
  plan: () => [file({ path: wanted, content: 'x\n', mode: 0o644 })],
})

let cluster: StandInCluster
/** Another cluster, with a single control plane. */
let elsewhere: StandInCluster

beforeAll(async () => {
  ;[cluster, elsewhere] = await Promise.all([startStandIns(['one', 'two']), startStandIns(['far'])])
})

afterAll(() => Promise.all([cluster, elsewhere].map((one) => one[Symbol.asyncDispose]())))

beforeEach(async () => {
  for (const host of [...cluster.hosts, ...elsewhere.hosts])
    await host.run(`rm -rf ${wanted} /var/lib/planewright`)
})

/** The same plan with a restart for each host. Nothing here restarts an apiserver, so every such roll must be refused. */
function withRestarts(value: Plan): Plan {
  const clusters = value.clusters.map((one) => ({
    ...one,
    hosts: one.hosts.map((host) => {
      const restart: RestartChange = {
        kind: 'restart',
        task: task.name,
        path: '/etc/kubernetes/manifests/kube-apiserver.yaml',
        component: 'kube-apiserver',
        differences: [{ kind: 'content' }],
        before: null,
        kubeletAtWork: false,
        listens: {
          address: cluster.hosts.find(({ name }) => name === host.host)?.nodeAddress ?? '',
          port: 6443,
        },
        flags: {},
      }
      return { ...host, changes: [...host.changes, restart] }
    }),
  }))
  return { ...value, clusters }
}

interface Given {
  /** Additional variables, by host. */
  readonly variables?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly limit?: readonly string[]
  /** Additional inventories. */
  readonly sources?: readonly string[]
  readonly listener?: Listener
  readonly signal?: AbortSignal
}

async function rolled(
  { variables = {}, sources = [], ...options }: Given,
  change: (value: Plan) => Plan,
): Promise<readonly HostOutcome[]> {
  const inventory = await loadInventory({
    sources: [await cluster.writeInventory(variables), ...sources],
    extraVariables: new Map(),
  })
  await using session = await openSession({ inventory, tasks: [task], ...options })
  return await roll(session, change(drawPlan(await survey(session))), { proof: 'no-proof' })
}

async function isWritten(hosts = cluster.hosts): Promise<readonly boolean[]> {
  return Promise.all(hosts.map(async ({ sshd }) => (await sshd.exec(`test -e ${wanted}`)).code === 0))
}

test('refuses while a host in the limit cannot be reached that may be a control plane of the cluster', async () => {
  const outcomes = await rolled({ variables: { two: { ansible_port: 1 } } }, withRestarts)
  expect(outcomes.map(({ host, status }) => ({ host, status }))).toEqual([
    { host: 'one', status: 'failed' },
    { host: 'two', status: 'unreachable' },
  ])
  expect(outcomes[0]?.error).toMatchObject({
    code: 'host',
    why: expect.stringMatching(/^two: cannot be asked whether it is node-two: /) as string,
  })
  expect(await isWritten()).toEqual([false, false])
})

test('refuses while a transaction is open on a host that the limit leaves out', async () => {
  await cluster.hosts[1]?.run('mkdir -p /var/lib/planewright; echo somebodys >/var/lib/planewright/open')
  const [outcome] = await rolled({ limit: ['one'] }, withRestarts)
  expect(outcome).toMatchObject({
    status: 'failed',
    error: { code: 'host', why: 'two: transaction somebodys is open there' },
  })
  expect(await isWritten()).toEqual([false, false])
})

test('refuses a plan without a restart for an open transaction, but not for a peer that is not ready', async () => {
  const second = cluster.hosts[1]
  await second?.run('mkdir -p /var/lib/planewright; echo somebodys >/var/lib/planewright/open')
  const [refused] = await rolled({ limit: ['one'] }, (value) => value)
  expect(refused).toMatchObject({
    status: 'failed',
    error: { code: 'host', why: 'two: transaction somebodys is open there' },
  })
  await second?.run('rm -r /var/lib/planewright')
  await second?.answer('/readyz', '500 Internal Server Error', 'not yet')
  const [changed] = await rolled({ limit: ['one'] }, (value) => value)
  await second?.answer('/readyz', '200 OK', 'ok')
  expect(changed).toMatchObject({ status: 'changed', error: undefined })
  expect(await isWritten()).toEqual([true, false])
})

test('a run that is interrupted while it waits for a peer skips the host', async () => {
  const second = cluster.hosts[1]
  await second?.answer('/readyz', '500 Internal Server Error', 'not yet')
  const controller = new AbortController()
  const waits: RunEvent[] = []
  const listener: Listener = (event) => {
    if (event.type !== 'step-waits') return
    waits.push(event)
    controller.abort()
  }
  const started = performance.now()
  const outcomes = await rolled({ limit: ['one'], listener, signal: controller.signal }, withRestarts)
  // Less than the minute for which planewright waits for the peer.
  expect(performance.now() - started).toBeLessThan(30_000)
  expect(waits).toEqual([
    {
      type: 'step-waits',
      host: 'one',
      step: 'gate',
      why: 'two: its apiserver is not ready: HTTP 500: not yet',
      limit: 60_000,
    },
  ])
  expect(outcomes.map(({ host, status, error }) => `${host} ${status} ${error?.code}`)).toEqual([
    'one skipped interrupted',
  ])
  expect(await isWritten()).toEqual([false, false])
  await second?.answer('/readyz', '200 OK', 'ok')
})

test('a cluster that is not healthy enough stops its own hosts, and no other cluster', async () => {
  await cluster.hosts[1]?.run('mkdir -p /var/lib/planewright; echo somebodys >/var/lib/planewright/open')
  const outcomes = await rolled(
    { limit: ['one', 'far'], sources: [await elsewhere.writeInventory({})] },
    (value) => value,
  )
  expect(outcomes.map(({ host, status }) => ({ host, status }))).toEqual([
    { host: 'one', status: 'failed' },
    { host: 'far', status: 'changed' },
  ])
  expect([await isWritten(), await isWritten(elsewhere.hosts)]).toEqual([[false, false], [true]])
})
