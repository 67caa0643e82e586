import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { askCluster } from '../../../src/engine/gate/ask-cluster.ts'
import { Connections } from '../../../src/engine/session/connections.ts'
import { presenceOf, reach, type Reachable } from '../../../src/engine/cluster/control-plane.ts'
import type { Disruption } from '../../../src/engine/gate/health-check.ts'
import { inspect } from '../../../src/engine/gate/inspect.ts'
import { nodeList, startStandIns, type StandIn, type StandInCluster } from '../../support/cluster-stand-in.ts'

let cluster: StandInCluster
let one: StandIn
let two: StandIn
let three: StandIn
const connections = new Connections()

beforeAll(async () => {
  cluster = await startStandIns(['one', 'two', 'three'])
  const [first, second, third] = cluster.hosts
  if (first === undefined || second === undefined || third === undefined) throw new Error('three are needed')
  one = first
  two = second
  three = third
})

afterAll(async () => {
  await connections[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

const mend: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const step of mend.splice(0)) await step()
})

function reachable({ name, sshd }: StandIn): Reachable {
  const target = sshd.target('root')
  return { name, address: target.address, connect: () => connections.open(target) }
}

/** The same host, at a port where nothing listens. */
function unreachable({ name, sshd }: StandIn): Reachable {
  const target = sshd.target('root', { port: 1 })
  return { name, address: target.address, connect: () => connections.open({ ...target, name: `no ${name}` }) }
}

/** The findings for a cluster before its host `one` changes. `others` are hosts that were not surveyed. */
async function find(
  disruption: Disruption,
  surveyed: readonly Reachable[],
  others: readonly Reachable[],
): Promise<readonly string[]> {
  const next = await reach(reachable(one))
  const findings = await askCluster({ next, surveyed, others, cluster: cluster.id, disruption, forks: 5 })
  return findings.map(({ check, words }) => `${check} ${words}`)
}

const ask = (surveyed: readonly Reachable[], others: readonly Reachable[]) =>
  find('restarts', surveyed, others)

async function presence() {
  return presenceOf(await inspect(await reach(reachable(one))))
}

async function openTransaction(host: StandIn): Promise<void> {
  await host.run('mkdir -p /var/lib/planewright; echo somebodys >/var/lib/planewright/open')
  mend.push(() => host.run('rm -r /var/lib/planewright'))
}

/** Makes every apiserver list these nodes, until the test has ended. */
async function list(nodes: Parameters<typeof nodeList>[0]): Promise<void> {
  const all = (body: string) =>
    Promise.all(cluster.hosts.map((host) => host.answer(nodeList([]).path, '200 OK', body)))
  await all(nodeList(nodes).body)
  mend.push(() => all(nodeList(cluster.nodes).body))
}

test('a healthy cluster has no findings', async () => {
  expect(await ask([reachable(two), reachable(three)], [])).toEqual([])
})

test('a peer whose connection was lost is asked over another one', async () => {
  const peer = reachable(two)
  const connection = await peer.connect()
  await two.sshd.exec("pkill -9 -f '[s]shd: root'")
  await vi.waitUntil(() => connection.isLost)
  expect(await ask([peer, reachable(three)], [])).toEqual([])
})

test('a peer that cannot be reached is a finding about that peer', async () => {
  expect(await ask([unreachable(two), reachable(three)], [])).toEqual([
    expect.stringMatching(/^seen two: cannot be asked: .*ECONNREFUSED/),
  ])
})

test('a host that was not surveyed is asked, although the cluster has it under another name and address', async () => {
  expect(await ask([], [reachable(three), reachable(two)])).toEqual([])
  await openTransaction(two)
  expect(await ask([], [reachable(three), reachable(two)])).toEqual([
    'idle two: transaction somebodys is open there',
  ])
})

test('a host that the cluster lists as a node and that cannot be asked is a finding', async () => {
  await list([
    { name: 'two', address: two.nodeAddress },
    { name: 'node-one', address: one.nodeAddress },
  ])
  expect(await ask([], [unreachable(two)])).toEqual([
    expect.stringMatching(/^seen two: cannot be asked: .*ECONNREFUSED/),
  ])
})

test('a host that may be a node of the cluster and cannot be asked is a finding', async () => {
  expect(await ask([reachable(three)], [unreachable(two)])).toEqual([
    expect.stringMatching(/^seen two: cannot be asked whether it is node-two: .*ECONNREFUSED/),
  ])
  // If all nodes are found, the host can be none of them, so planewright does not ask it.
  expect(await ask([reachable(two), reachable(three)], [unreachable(two)])).toEqual([])
})

test('a node that is no host of the inventory and has no InternalIP is a finding', async () => {
  await list([...cluster.nodes, { name: 'bare', address: undefined }])
  expect(await ask([reachable(two), reachable(three)], [])).toEqual([
    'askable bare: its apiserver cannot be asked: the node has no InternalIP',
  ])
})

test.each([
  ['403 Forbidden', '{}', /HTTP 403/],
  ['200 OK', '<html>', /the answer is not a list of nodes: <html>/],
])('a cluster that answers %s to the list of control planes', async (status, body, words) => {
  const { path } = nodeList([])
  await one.answer(path, status, body)
  mend.push(() => one.answer(path, '200 OK', nodeList(cluster.nodes).body))
  // Another apiserver may list them instead.
  expect(await ask([reachable(two), reachable(three)], [])).toEqual([])
  const lines = await ask([], [reachable(two), reachable(three)])
  expect(lines).toEqual([
    expect.stringMatching(/^listed the cluster: its control planes cannot be listed: one: /),
  ])
  expect(lines[0]).toMatch(words)
})

test('the host’s own apiserver counts as present while it listens, whatever it answers', async () => {
  expect(await presence()).toBe('open')
  await one.answer('/readyz', '500 Internal Server Error', 'not yet')
  mend.push(() => one.answer('/readyz', '200 OK', 'ok'))
  expect(await presence()).toBe('open')
  mend.push(() => one.startApiserver())
  await one.stopApiserver('listener')
  expect(await presence()).toBe('closed')
  await one.stopApiserver('process')
  expect(await presence()).toBe('absent')
})

test('for a plan without a restart, only open transactions and a running kubeadm are findings', async () => {
  await two.stopApiserver('process')
  mend.push(() => two.run('pkill -x openssl').then(() => two.startApiserver()))
  expect(await find('writes', [reachable(two), unreachable(three)], [])).toEqual([])
  await openTransaction(two)
  expect(await find('writes', [reachable(two)], [reachable(three)])).toEqual([
    'idle two: transaction somebodys is open there',
  ])
  // The same if the limit leaves that host out.
  expect(await find('writes', [], [reachable(two), reachable(three)])).toEqual([
    'idle two: transaction somebodys is open there',
  ])
})

test('if no apiserver runs on the host itself, peers need not be ready, and nodes need not be listed', async () => {
  await Promise.all([one, two].map((host) => host.stopApiserver('process')))
  await Promise.all([one, two].map((host) => host.stopApiserver('listener')))
  mend.push(() => Promise.all([one, two].map((host) => host.startApiserver())))
  expect(await ask([reachable(two), reachable(three)], [])).toEqual([])
  // A cluster with a single node, which is down.
  expect(await ask([], [])).toEqual([])
})

test('each peer that is down is a finding', async () => {
  await two.stopApiserver('listener')
  await two.stopApiserver('process')
  await three.stopApiserver('listener')
  mend.push(async () => {
    await three.stopApiserver('process')
    await Promise.all([two, three].map((host) => host.startApiserver()))
  })
  expect(await ask([reachable(two), reachable(three)], [])).toEqual([
    'ready two: no kube-apiserver runs there',
    expect.stringMatching(/^ready three: port 6443 of .* cannot be reached .*: .*Connection refused/),
  ])
})
