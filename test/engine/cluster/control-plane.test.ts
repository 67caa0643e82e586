import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { namedHost, presenceOf, type Seen } from '../../../src/engine/cluster/control-plane.ts'
import type { Connection } from '../../../src/connection/connection.ts'
import { forwardRefused } from '../../../src/connection/forwarding.ts'
import type { HostReader } from '../../../src/host/host-reader.ts'

/** The facts of a host at 9.0.0.1, which these tests do not connect to. */
function seen(flags: readonly string[] | undefined, nodeName: string | undefined): Seen {
  const apiserver = flags && {
    pid: 1,
    argv: ['kube-apiserver', ...flags],
    startTicks: 1,
    started: 1,
    sees: [],
  }
  return {
    host: { name: 'a', address: '9.0.0.1', connection: {} as Connection },
    reader: {} as HostReader,
    apiserver,
    cluster: 'x',
    nodeName,
  }
}

test.each([
  ['nothing runs there', undefined, undefined, ['9.0.0.1']],
  ['its apiserver advertises an address', ['--advertise-address=1.0.0.1'], undefined, ['9.0.0.1', '1.0.0.1']],
  ['its apiserver advertises none', [], undefined, ['9.0.0.1']],
  ['its kubelet has a name', undefined, 'node-a', ['9.0.0.1', 'node-a']],
  ['both', ['--advertise-address=1.0.0.1'], 'node-a', ['9.0.0.1', '1.0.0.1', 'node-a']],
])('the words by which a cluster knows a host: %s', (_, flags, nodeName, addresses) => {
  expect(namedHost(seen(flags, nodeName))).toEqual({ name: 'a', addresses })
})

const target = {
  name: 'a',
  address: '9.0.0.1',
  port: 22,
  user: 'root',
  knownHostsFile: '/dev/null',
  become: false,
}

/** A host on which this address is open. OpenSSH's words are the answer for every other address. */
function listening(open: string, words: string): Connection {
  return {
    target,
    run: () => Promise.reject(new Error('nothing is run')),
    forward: (address, port) => {
      if (`${address}:${port}` === open) return Promise.resolve(new PassThrough())
      const cause = Object.assign(new Error(`(SSH) Channel open failure: ${words}`), { reason: 2 })
      return Promise.reject(forwardRefused(target, address, port, cause))
    },
    isLost: false,
    roundTrips: 0,
    close: () => Promise.resolve(),
  }
}

test.each([
  ['127.0.0.1:6443', [], 'open'],
  ['127.0.0.1:6443', ['--bind-address=0.0.0.0', '--advertise-address=9.0.0.9'], 'open'],
  ['127.0.0.1:6443', ['--bind-address=::'], 'open'],
  ['127.0.0.1:8443', ['--secure-port=8443'], 'open'],
  ['1.0.0.1:6443', ['--bind-address=1.0.0.1'], 'open'],
  // Another machine has the advertised address.
  ['9.0.0.9:6443', ['--advertise-address=9.0.0.9'], 'closed'],
])('where %s is open, an apiserver with %j is %s', async (open, flags, presence) => {
  const { host, apiserver } = seen(flags, undefined)
  const connection = listening(open, 'Connection refused')
  expect(await presenceOf({ host: { ...host, connection }, apiserver })).toBe(presence)
})

test('what cannot be told counts as open', async () => {
  const { host, apiserver } = seen([], undefined)
  const connection = listening('', 'Connection timed out')
  expect(await presenceOf({ host: { ...host, connection }, apiserver })).toBe('open')
})
