import { expect, test } from 'vitest'
import type { ApiRequest, ApiResponse } from '../../../src/apiserver/apiserver-client.ts'
import type { NodeApiserver } from '../../../src/apiserver/node-apiserver.ts'
import { writeConfiguration } from '../../../src/engine/stored/write-configuration.ts'

const change = {
  kind: 'stored-configuration',
  task: 'kubeadm configuration',
  name: 'kube-system/kubeadm-config',
  differences: ['x'],
  before: 'a: 1\r\n',
  after: 'a: 2\r\n',
  resourceVersion: '7',
} as const

interface Stored {
  readonly version: number
  readonly text: string
}

/**
 * One ConfigMap in an apiserver. A patch succeeds if it has the present resourceVersion, and is refused with 409 if not.
 * Other writers write before each request.
 */
function storeOf(
  first: Stored | undefined,
  others: (stored: Stored | undefined) => Stored | undefined = (one) => one,
) {
  let stored = first
  const requests: string[] = []
  const answer = (status: number, body: unknown): ApiResponse =>
    ({ status, body: JSON.stringify(body) }) as ApiResponse
  const told = ({ version, text }: Stored) =>
    answer(200, { metadata: { resourceVersion: String(version) }, data: { ClusterConfiguration: text } })
  const ask = ({ method, body }: ApiRequest): Promise<ApiResponse> => {
    requests.push(method)
    if (method === 'PATCH') stored = others(stored)
    if (stored === undefined) return Promise.resolve(answer(404, { kind: 'Status', reason: 'NotFound' }))
    if (method === 'GET') return Promise.resolve(told(stored))
    const patch = JSON.parse(String(body)) as {
      metadata: { resourceVersion: string }
      data: Record<string, string>
    }
    if (patch.metadata.resourceVersion !== String(stored.version))
      return Promise.resolve(answer(409, { kind: 'Status', reason: 'Conflict' }))
    stored = { version: stored.version + 1, text: patch.data.ClusterConfiguration ?? '' }
    return Promise.resolve(told(stored))
  }
  const apiserver: Pick<NodeApiserver, 'ask'> = { ask }
  return { apiserver: apiserver as NodeApiserver, requests, now: () => stored }
}

test('writes the text byte for byte, in one request', async () => {
  const store = storeOf({ version: 7, text: change.before })
  await writeConfiguration(store.apiserver, change)
  expect(store.now()).toEqual({ version: 8, text: change.after })
  expect(store.requests).toEqual(['PATCH'])
})

test('another writer that left the text alone does not matter', async () => {
  const store = storeOf({ version: 9, text: change.before })
  await writeConfiguration(store.apiserver, change)
  expect(store.now()).toEqual({ version: 10, text: change.after })
})

test('another writer’s edit is never lost: it stays, and the error shows both versions', async () => {
  const theirs = { version: 8, text: 'a: 3\r\n' }
  const store = storeOf(theirs)
  const written = writeConfiguration(store.apiserver, change)
  await expect(written).rejects.toMatchObject({
    code: 'precondition',
    why: expect.stringMatching(/-a: 1\r?\n\+a: 3/) as string,
  })
  expect(store.now()).toEqual(theirs)
})

test('if another run has written the same text, there is nothing left to write', async () => {
  const store = storeOf({ version: 8, text: change.after })
  await writeConfiguration(store.apiserver, change)
  expect(store.now()).toEqual({ version: 8, text: change.after })
})

test('a ConfigMap that was deleted meanwhile is not created again', async () => {
  const store = storeOf(undefined)
  await expect(writeConfiguration(store.apiserver, change)).rejects.toMatchObject({
    code: 'precondition',
    why: 'it no longer exists',
  })
  expect(store.now()).toBeUndefined()
})

test('gives up if another writer changes it before every attempt', async () => {
  const store = storeOf(
    { version: 7, text: change.before },
    (one) => one && { ...one, version: one.version + 1 },
  )
  await expect(writeConfiguration(store.apiserver, change)).rejects.toMatchObject({ code: 'precondition' })
  expect(store.now()?.text).toBe(change.before)
  expect(store.requests.length).toBeLessThan(10)
})
