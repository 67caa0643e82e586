import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  defineTask,
  file,
  findUnlisted,
  loadInventory,
  openSession,
  drawPlan,
  survey,
  z,
} from '../../../src/index.ts'
import {
  nodeList,
  ownMembers,
  startStandIns,
  type StandIn,
  type StandInCluster,
} from '../../support/cluster-stand-in.ts'

const fails = defineTask({
  name: 'fails where it is told to',
  params: z.object({ fails: z.boolean().default(false) }),
  gather: (reader) => ({ it: reader.file('/etc/none') }),
  plan: ({ params }) => {
    if (params.fails) throw new Error('it was told to')
    return [file({ path: '/etc/none', content: '', mode: 0o600 })]
  },
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
})

afterAll(() => cluster[Symbol.asyncDispose]())

const mend: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const step of mend.splice(0)) await step()
})

interface Given {
  readonly variables?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly limit?: readonly string[]
}

/** The control planes that the inventory lacks, how each was found, and the lookups that failed. */
async function found({ variables = {}, limit = [] }: Given = {}) {
  const inventory = await loadInventory({
    sources: [await cluster.writeInventory(variables)],
    extraVariables: new Map(),
  })
  await using session = await openSession({ inventory, tasks: [fails], limit })
  const unlisted = await findUnlisted(session, drawPlan(await survey(session)))
  return {
    found: unlisted.found.map(({ name, knownBy }) => `${name} ${knownBy.join(',')}`),
    failedLookups: unlisted.failedLookups.map(({ hosts, error }) => `${hosts.join(',')}: ${error.message}`),
  }
}

const nobody = { found: [], failedLookups: [] }

/** Sets both apiservers' answer to the list of nodes, until the test has ended. */
async function answerForNodes(status: string, body: string): Promise<void> {
  const { path } = nodeList([])
  const all = (...answer: readonly [string, string]) =>
    Promise.all([one, two].map((host) => host.answer(path, ...answer)))
  mend.push(() => all('200 OK', nodeList(cluster.nodes).body))
  await all(status, body)
}

async function listMembers(members: typeof ownMembers): Promise<void> {
  mend.push(() => Promise.all([one, two].map((host) => host.listMembers(ownMembers))))
  await Promise.all([one, two].map((host) => host.listMembers(members)))
}

test.each<[string, Given]>([
  ['all that were planned', {}],
  ['one that the limit leaves out', { limit: ['one'] }],
  ['one of which no plan can be made', { variables: { two: { fails: true } } }],
])('no control plane is missing: %s', async (_, given) => {
  expect(await found(given)).toEqual(nobody)
})

test('a host that could not be surveyed counts as listed', async () => {
  // The node has the host's name, which is all that is known of this host.
  await answerForNodes(
    '200 OK',
    nodeList([...cluster.nodes.slice(0, 1), { name: 'two', address: '192.0.2.2' }]).body,
  )
  expect(await found({ variables: { two: { ansible_port: 1 } } })).toEqual(nobody)
})

test('a node that may be a host which cannot be asked is reported, with that lookup as failed', async () => {
  expect(await found({ variables: { two: { ansible_port: 1 } } })).toEqual({
    found: ['node-two node'],
    failedLookups: ['one: two cannot be asked whether it is node-two'],
  })
})

test('if nodes cannot be listed, etcd’s members are still checked', async () => {
  await answerForNodes('403 Forbidden', '{}')
  // A stacked etcd, whose members have the addresses of the control planes.
  const stacked = cluster.nodes.map(({ name, address = '' }) => ({ name, url: `https://${address}:2379` }))
  await listMembers([...stacked, { name: 'gone', url: 'https://192.0.2.9:2379' }])
  expect(await found()).toEqual({
    found: ['gone etcd'],
    failedLookups: ['one,two: the cluster cannot be asked for its nodes'],
  })
})

test('if etcd cannot be asked, the nodes are still checked', async () => {
  await answerForNodes('200 OK', nodeList([...cluster.nodes, { name: 'new', address: '192.0.2.9' }]).body)
  for (const host of [one, two]) {
    await host.run('pkill -STOP -x perl')
    mend.push(() => host.run('pkill -CONT -x perl'))
  }
  expect(await found()).toEqual({
    found: ['new node'],
    failedLookups: ['one,two: etcd cannot be asked for its members'],
  })
})

test('for a host without a CA, the lookup fails because its cluster is unknown', async () => {
  await two.run('mv /etc/kubernetes/pki/ca.crt /root/')
  mend.push(() => two.run('mv /root/ca.crt /etc/kubernetes/pki/'))
  expect(await found({ limit: ['two'] })).toEqual({
    found: [],
    failedLookups: ['two: the cluster of the host is unknown'],
  })
})
