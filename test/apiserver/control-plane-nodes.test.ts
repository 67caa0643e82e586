import { expect, test } from 'vitest'
import { readControlPlaneNodes } from '../../src/apiserver/control-plane-nodes.ts'
import type { NodeApiserver } from '../../src/apiserver/node-apiserver.ts'

/** An apiserver that always gives this answer. */
function answering(status: number, body: string): NodeApiserver {
  return {
    identity: { name: '', groups: [] },
    ask: () => Promise.resolve({ status, body, headers: {} }),
    checkCredentials: () => Promise.resolve(),
    awaitReady: () => Promise.resolve(),
  }
}

test('the nodes, with all of their addresses', async () => {
  const addresses = [
    { type: 'ExternalIP', address: '198.51.100.1' },
    { type: 'InternalIP', address: '192.0.2.1' },
    { type: 'Hostname', address: 'cp1' },
  ]
  const items = [
    { metadata: { name: 'cp1' }, status: { addresses } },
    { metadata: { name: 'cp2' }, status: {} },
  ]
  expect(await readControlPlaneNodes(answering(200, JSON.stringify({ items })))).toEqual([
    { name: 'cp1', addresses: ['198.51.100.1', '192.0.2.1', 'cp1'], internalAddress: '192.0.2.1' },
    { name: 'cp2', addresses: [], internalAddress: undefined },
  ])
})

test.each([
  ['a refusal', 403, '{"message":"forbidden"}', 'HTTP 403: {"message":"forbidden"}'],
  ['a page of a proxy', 200, '<html>', 'the answer is not a list of nodes: <html>'],
  ['another object', 200, '{"kind":"Status"}', 'the answer is not a list of nodes: {"kind":"Status"}'],
  ['half an answer', 200, '{"items":[', 'the answer is not a list of nodes: {"items":['],
])('%s is an error with the apiserver’s words', async (_, status, body, why) => {
  await expect(readControlPlaneNodes(answering(status, body))).rejects.toMatchObject({
    code: 'host',
    message: 'the control planes of the cluster cannot be listed',
    why,
  })
})
