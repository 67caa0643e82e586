import { setTimeout as pause } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { openApiClient, type ApiClient } from '../support/api-client.ts'
import { runReport } from '../support/command.ts'
import { startLoadBalancer } from '../support/load-balancer.ts'
import { LoadWatcher } from '../support/load-watcher.ts'
import { writeNumbers } from '../support/load-writer.ts'
import { useLab } from '../support/lab.ts'
import { insist, numberOf, selection } from '../support/numbered-config-maps.ts'

const lab = await useLab()

/** The bounds at which the writer ends by itself, even if the roll goes on. */
const bounds = { numbers: 10_000, milliseconds: 300_000 }

/** How many numbers the writer writes and the watch sees before the roll, and again after it. */
const before = 20

interface Namespace extends AsyncDisposable {
  readonly name: string
}

async function makeNamespace(client: ApiClient): Promise<Namespace> {
  const name = `planewright-load-${Date.now()}`
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  const { status } = await insist(new Map(), () => client.ask('POST', '/api/v1/namespaces', body))
  expect(status).toBe(201)
  return {
    name,
    [Symbol.asyncDispose]: async () => {
      const path = `/api/v1/namespaces/${name}`
      for (let look = 0; look < 240; look += 1) {
        const answer = await insist(new Map(), () => client.ask(look === 0 ? 'DELETE' : 'GET', path))
        if (answer.status === 404) return
        await pause(500)
      }
      throw new Error(`the namespace ${name} does not go`)
    },
  }
}

async function list(client: ApiClient, namespace: string) {
  const { status, body } = await insist(new Map(), () => client.ask('GET', selection(namespace)))
  expect(status).toBe(200)
  const { metadata, items } = JSON.parse(body) as {
    metadata: { resourceVersion: string }
    items: { data?: Record<string, string> }[]
  }
  const numbers = items.map(numberOf).sort((one, other) => one - other)
  return { resourceVersion: metadata.resourceVersion, numbers }
}

test('a roll of all nodes loses no acknowledged write and no event of a watch', async () => {
  await using balancer = await startLoadBalancer(lab)
  using client = await openApiClient(lab, balancer.port)
  await using namespace = await makeNamespace(client)
  const { resourceVersion } = await list(client, namespace.name)
  const watcher = new LoadWatcher(client, namespace.name, resourceVersion)
  const told = (count: number) =>
    vi.waitUntil(() => watcher.numbers.length >= count, { timeout: 30_000, interval: 50 })

  const roll = async (written: AbortController) => {
    try {
      await told(before)
      const result = await runReport(['apply', '-i', lab.inventoryFile])
      await told(watcher.numbers.length + before)
      return result
    } finally {
      written.abort()
    }
  }
  const writing = async (watched: AbortController, signal: AbortSignal) => {
    try {
      const result = await writeNumbers(client, { namespace: namespace.name, signal, bounds })
      await told(result.acknowledged.length)
      return result
    } finally {
      watched.abort()
    }
  }
  const written = new AbortController()
  const watched = new AbortController()
  const parts = [roll(written), writing(watched, written.signal), watcher.run(watched.signal)] as const
  // Even if a part fails, wait until the roll has ended.
  await Promise.allSettled(parts)
  const [{ exitCode, report }, { acknowledged, longestGap, setbacks }] = await Promise.all(parts)

  console.log(
    `longest gap: writer ${Math.round(longestGap)} ms, watcher ${Math.round(watcher.longestGap)} ms; ` +
      `${acknowledged.length} writes; not served: writer ${JSON.stringify([...setbacks])}, ` +
      `watcher ${JSON.stringify([...watcher.setbacks])}; connections ${JSON.stringify([...balancer.taken])}`,
  )
  expect(report.hosts.map(({ host, status, error }) => ({ host, status, error }))).toEqual(
    lab.hosts.map(({ name }) => ({ host: name, status: 'changed', error: null })),
  )
  expect(exitCode).toBe(0)
  // The roll must have interrupted the watch, or the test would show nothing.
  expect(watcher.beginnings).toBeGreaterThan(1)
  expect((await list(client, namespace.name)).numbers).toEqual(acknowledged)
  expect(watcher.numbers).toEqual(acknowledged)
})
