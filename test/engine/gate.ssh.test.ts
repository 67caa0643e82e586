import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Connections } from '../../src/engine/connections.ts'
import { reach, type Reachable } from '../../src/engine/control-plane.ts'
import { checkGate } from '../../src/engine/gate.ts'
import { startStandIns, type StandIn, type StandInCluster } from '../support/cluster-stand-in.ts'

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

function reachable({ name, sshd }: StandIn): Reachable {
  const target = sshd.target('root')
  return { name, address: target.address, connect: () => connections.open(target) }
}

/** The same host, at a port where nobody listens. */
function unreachable({ name, sshd }: StandIn): Reachable {
  const target = sshd.target('root', { port: 1 })
  return { name, address: target.address, connect: () => connections.open({ ...target, name: `no ${name}` }) }
}

async function ask(surveyed: readonly Reachable[], neighbours: readonly Reachable[]): Promise<void> {
  await checkGate(await reach(reachable(one)), surveyed, neighbours)
}

/** What is wrong, a line each. */
async function refusal(asked: Promise<void>): Promise<readonly string[]> {
  const error: unknown = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'host' })
  return ((error as { why?: string }).why ?? '').split('\n')
}

test('a cluster that is well', async () => {
  await ask([reachable(two), reachable(three)], [])
})

test('a peer whose connection was lost is asked over another one', async () => {
  const peer = reachable(two)
  const connection = await peer.connect()
  await two.sshd.exec("pkill -9 -f '[s]shd: root'")
  await vi.waitUntil(() => connection.isLost)
  await ask([peer, reachable(three)], [])
})

test('a peer that cannot be reached is a trouble of its own, and the host that is to be touched is not lost', async () => {
  expect(await refusal(ask([unreachable(two), reachable(three)], []))).toEqual([
    expect.stringMatching(/^two: cannot be asked: .*ECONNREFUSED/),
  ])
})
