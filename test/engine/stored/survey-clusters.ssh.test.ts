import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  defineClusterTask,
  loadInventory,
  openSession,
  drawPlan,
  planClusters,
  storedConfiguration,
  survey,
  surveyClusters,
  z,
} from '../../../src/index.ts'
import { nodeList, startStandIns, type StandIn, type StandInCluster } from '../../support/cluster-stand-in.ts'

const keeps = defineClusterTask({
  name: 'keeps a flag',
  params: z.object({ keeps: z.boolean().default(true) }),
  plan: ({ params }) => [
    storedConfiguration({
      flags: { v: '2' },
      volumes: [],
      ifDifferent: params.keeps ? 'correct' : 'warn',
    }),
  ],
})

const configMap = '/api/v1/namespaces/kube-system/configmaps/kubeadm-config'

/** With CRLF, as an editor on Windows writes it. */
const text =
  'apiVersion: kubeadm.k8s.io/v1beta4\r\nkind: ClusterConfiguration\r\napiServer:\r\n  certSANs: [a]\r\n'

function asConfigMap(data: Readonly<Record<string, string>>): string {
  return JSON.stringify({ kind: 'ConfigMap', metadata: { resourceVersion: '7' }, data })
}

const notFound = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404 })
const forbidden = JSON.stringify({
  kind: 'Status',
  reason: 'Forbidden',
  message: 'configmaps "kubeadm-config" is forbidden',
})

let cluster: StandInCluster
let one: StandIn
let two: StandIn

beforeAll(async () => {
  cluster = await startStandIns(['one', 'two'])
  const [first, second] = cluster.hosts
  if (first === undefined || second === undefined) throw new Error('two are needed')
  one = first
  two = second
  await Promise.all([one, two].map((host) => host.run(`mkdir -p "/root/www$(dirname ${configMap})"`)))
})

afterAll(() => cluster[Symbol.asyncDispose]())

const mend: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const step of mend.splice(0)) await step()
})

/** Sets this answer on all apiservers, until the test has ended. */
async function answer(path: string, status: string, body: string): Promise<void> {
  await Promise.all([one, two].map((host) => host.answer(path, status, body)))
  mend.push(() => Promise.all([one, two].map((host) => host.run(`rm -f '/root/www${path}'`))))
}

/** The facts of the cluster, and the outcome that is planned from them. */
async function asked(variables: Readonly<Record<string, unknown>> = {}, limit: readonly string[] = []) {
  const inventory = await loadInventory({
    sources: [await cluster.writeInventory({ one: variables, two: variables })],
    extraVariables: new Map(),
  })
  await using session = await openSession({ inventory, tasks: [], clusterTasks: [keeps], limit })
  const drawn = drawPlan(await survey(session))
  const surveyed = await surveyClusters(session, drawn)
  const [outcome] = planClusters(session, drawn, surveyed)
  if (surveyed.length !== 1 || outcome === undefined) throw new Error('one cluster was expected')
  return { facts: surveyed[0]?.facts, outcome }
}

test('reads the ConfigMap byte for byte, with its resourceVersion and the nodes; an edit keeps its line ends', async () => {
  await answer(configMap, '200 OK', asConfigMap({ ClusterConfiguration: text }))
  const { facts, outcome } = await asked()
  expect(facts?.configuration).toEqual({ type: 'stored', resourceVersion: '7', text })
  expect(facts?.nodes.map(({ name }) => name)).toEqual(['node-one', 'node-two'])
  expect(facts?.known.map(({ name }) => name)).toEqual(['one', 'two'])
  expect(outcome).toMatchObject({ cluster: cluster.id, hosts: ['one', 'two'], status: 'pending' })
  const [change] = outcome.changes
  expect(change?.before).toBe(text)
  expect(change?.after).toContain('name: v\r\n')
  expect(change?.after.replaceAll('\r\n', '')).not.toContain('\n')
})

test('lists all nodes of the cluster, even if the limit leaves hosts out', async () => {
  await answer(configMap, '200 OK', asConfigMap({ ClusterConfiguration: text }))
  const { facts } = await asked({}, ['two'])
  expect(facts?.known.map(({ name }) => name)).toEqual(['two'])
  expect(facts?.nodes).toHaveLength(2)
})

test('asks the second apiserver if the first one is down', async () => {
  await answer(configMap, '200 OK', asConfigMap({ ClusterConfiguration: text }))
  await one.stopApiserver('listener')
  mend.push(async () => {
    await one.stopApiserver('process')
    await one.startApiserver()
  })
  expect((await asked()).facts?.configuration).toMatchObject({ type: 'stored', text })
})

test.each([
  ['k3s', 'v1.33.1+k3s1', 'k3s'],
  ['RKE2', 'v1.33.1+rke2r1', 'rke2'],
  ['another', 'v1.33.1', 'unknown'],
])('without a ConfigMap the version shows the distribution: %s', async (_, gitVersion, distribution) => {
  await answer(configMap, '404 Not Found', notFound)
  await answer('/version', '200 OK', JSON.stringify({ gitVersion }))
  await answer(
    '/api/v1/nodes?limit=1&labelSelector=kops.k8s.io%2Fkops-controller-pki',
    '200 OK',
    '{"items":[]}',
  )
  const { facts, outcome } = await asked()
  expect(facts?.configuration).toEqual({ type: 'none', distribution })
  expect(outcome.status).toBe('ok')
  expect(outcome.warnings.join()).toContain('kubeadm did not set up this cluster')
})

test('without a ConfigMap a label shows kOps', async () => {
  await answer(configMap, '404 Not Found', notFound)
  await answer('/version', '200 OK', JSON.stringify({ gitVersion: 'v1.33.1' }))
  await answer(
    '/api/v1/nodes?limit=1&labelSelector=kops.k8s.io%2Fkops-controller-pki',
    '200 OK',
    '{"items":[{}]}',
  )
  expect((await asked()).facts?.configuration).toEqual({ type: 'none', distribution: 'kops' })
})

test('if an HTML page comes in place of the version, the distribution is unknown', async () => {
  await answer(configMap, '404 Not Found', notFound)
  await answer('/version', '200 OK', '<html>welcome</html>')
  await answer('/api/v1/nodes?limit=1&labelSelector=kops.k8s.io%2Fkops-controller-pki', '200 OK', '<html>')
  expect((await asked()).facts?.configuration).toEqual({ type: 'none', distribution: 'unknown' })
})

test.each([
  ['a refusal', '403 Forbidden', forbidden, 'HTTP 403'],
  ['a 404 that is not the apiserver’s own', '404 Not Found', '404 page not found', 'HTTP 404'],
  ['a page', '200 OK', '<html>welcome</html>', 'the answer is not a ConfigMap: <html>'],
  [
    'data that is no text',
    '200 OK',
    '{"metadata":{"resourceVersion":"1"},"data":{"a":1}}',
    'not a ConfigMap',
  ],
  [
    'a ConfigMap without the key',
    '200 OK',
    asConfigMap({ ClusterStatus: 'x' }),
    'its keys are: ClusterStatus',
  ],
])(
  'after %s the cluster’s status is unknown, with the answers of all hosts that were asked',
  async (_, status, body, words) => {
    await answer(configMap, status, body)
    const { facts, outcome } = await asked()
    expect(facts).toBeUndefined()
    expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'host' } })
    expect(outcome.error?.why).toContain('one: ')
    expect(outcome.error?.why).toContain('two: ')
    expect(outcome.error?.why).toContain(words)
  },
)

test('a failed lookup is only a warning if planewright would write nothing', async () => {
  await answer(configMap, '403 Forbidden', forbidden)
  const { outcome } = await asked({ keeps: false })
  expect(outcome).toMatchObject({ status: 'ok', error: undefined, changes: [] })
  expect(outcome.warnings.join()).toContain('it is unknown whether')
  expect(outcome.warnings.join()).toContain('HTTP 403')
})

test('if the nodes cannot be listed, the status is unknown, because some may lack the policy', async () => {
  await answer(configMap, '200 OK', asConfigMap({ ClusterConfiguration: text }))
  const all = (status: string, body: string) =>
    Promise.all([one, two].map((host) => host.answer(nodeList([]).path, status, body)))
  mend.push(() => all('200 OK', nodeList(cluster.nodes).body))
  await all('200 OK', '<html>')
  expect((await asked()).outcome).toMatchObject({ status: 'unknown' })
})

test('a host without a CA belongs to no cluster', async () => {
  await answer(configMap, '200 OK', asConfigMap({ ClusterConfiguration: text }))
  const file = '/etc/kubernetes/pki/ca.crt'
  await one.run(`mv ${file} ${file}.away`)
  mend.push(() => one.run(`mv ${file}.away ${file}`))
  expect((await asked()).outcome.hosts).toEqual(['two'])
})
