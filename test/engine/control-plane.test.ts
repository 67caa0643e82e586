import { expect, test } from 'vitest'
import { knownHost, type Seen } from '../../src/engine/control-plane.ts'
import type { Connection } from '../../src/connection/connection.ts'
import type { HostReader } from '../../src/host/host-reader.ts'

/** What was seen on a host at 9.0.0.1; nothing is asked of it here. */
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
  expect(knownHost(seen(flags, nodeName))).toEqual({ name: 'a', addresses })
})
