import { expect, test } from 'vitest'
import { compareControlPlanes } from '../../../src/engine/plan/compare-control-planes.ts'
import { observe } from '../../../src/engine/plan/observe.ts'
import type { FileFact } from '../../../src/host/fact.ts'
import { directoryAt, regular } from '../world.ts'

/** A control plane with these flags. */
function host(
  name: string,
  address: string,
  args: readonly string[],
  files: readonly FileFact[] = [],
  image = 'x:v1.37.2',
) {
  const container = { name: 'kube-apiserver', command: ['kube-apiserver'], args, image, mounts: [] }
  const identity = { runAsUser: undefined, runAsGroup: undefined }
  const manifest = `    image: ${image}\n`
  return {
    host: name,
    observed: observe(manifest, { container: { ...container, ...identity } }, files, address),
  }
}

type Host = ReturnType<typeof host>

test.each<[string, readonly Host[]]>([
  [
    'their own addresses',
    [
      host('a', '10.0.0.1', ['--advertise-address=10.0.0.1', '--x=https://10.0.0.1:2379']),
      host('b', '10.0.0.2', ['--advertise-address=10.0.0.2', '--x=https://10.0.0.2:2379']),
    ],
  ],
  [
    'an address that SSH does not go to',
    [
      host('a', 'bastion1', ['--advertise-address=10.0.0.1']),
      host('b', 'bastion2', ['--advertise-address=10.0.0.2']),
    ],
  ],
  [
    'an own address within brackets',
    [
      host('a', 'fd00::1', ['--x=https://[fd00::1]:2379']),
      host('b', 'fd00::11', ['--x=https://[fd00::11]:2379']),
    ],
  ],
  [
    'one text for all of them, with the addresses of all of them in it',
    ['10.0.0.1', '10.0.0.10'].map((address) =>
      host(address, address, ['--etcd-servers=https://10.0.0.1:2379,https://10.0.0.10:2379']),
    ),
  ],
  [
    'a name that begins as a host’s own does',
    [
      host('a', 'cp1', ['--x=/etc/cp1.example.org/cp10']),
      host('b', 'cp2', ['--x=/etc/cp1.example.org/cp10']),
    ],
  ],
  [
    'the spelling of a flag',
    [host('a', 'a', ['--audit_log-path', '/x']), host('b', 'b', ['--audit-log-path=/x'])],
  ],
  [
    'files of one content',
    [host('a', 'a', [], [regular('/p', 'x')]), host('b', 'b', [], [regular('/p', 'x', { owner: 5 })])],
  ],
  ['a single one', [host('a', 'a', ['--x=1'])]],
])('alike: %s', (_, hosts) => {
  expect(compareControlPlanes(hosts)).toEqual([])
})

test.each<[string, readonly Host[], string, Readonly<Record<string, string | null>>]>([
  [
    'a value',
    [host('a', 'a', ['--x=1']), host('b', 'b', ['--x=2'])],
    'kube-apiserver --x',
    { a: '1', b: '2' },
  ],
  [
    'a flag that one lacks',
    [host('a', 'a', []), host('b', 'b', ['--x'])],
    'kube-apiserver --x',
    { a: null, b: 'true' },
  ],
  [
    'a flag that is empty, and one that is not there',
    [host('a', 'a', ['--x=']), host('b', 'b', [])],
    'kube-apiserver --x',
    { a: '', b: null },
  ],
  [
    'a flag that one has twice',
    [host('a', 'a', ['--x=1', '--x=2']), host('b', 'b', ['--x=2'])],
    'kube-apiserver --x',
    { a: '1, 2', b: '2' },
  ],
  [
    'an address of a third one, of which an own one is the beginning',
    [
      host('a', '10.0.0.1', ['--x=https://10.0.0.10:2379']),
      host('b', '10.0.0.2', ['--x=https://10.0.0.3:2379']),
    ],
    'kube-apiserver --x',
    { a: 'https://10.0.0.10:2379', b: 'https://10.0.0.3:2379' },
  ],
  [
    'one that goes to itself, and one that goes to the other',
    [host('a', '10.0.0.1', ['--x=10.0.0.1:80']), host('b', '10.0.0.2', ['--x=10.0.0.9:80'])],
    'kube-apiserver --x',
    { a: '(its own address):80', b: '10.0.0.9:80' },
  ],
  [
    'the version',
    [host('a', 'a', [], [], 'x:v1.36.3'), host('b', 'b', [], [], 'x@sha256:0')],
    'kube-apiserver version',
    { a: 'v1.36.3', b: 'unknown' },
  ],
  [
    'a file',
    [host('a', 'a', [], [regular('/p', 'x')]), host('b', 'b', [], [directoryAt('/p')])],
    '/p',
    { a: 'sha256 2d711642b726', b: 'directory' },
  ],
])('different: %s', (_, hosts, setting, values) => {
  expect(compareControlPlanes(hosts)).toEqual([{ setting, values }])
})

test('a control plane that could not be surveyed is left out', () => {
  const hosts = [host('a', 'a', ['--x=1']), { host: 'b' }, host('c', 'c', ['--x=2'])]
  expect(compareControlPlanes(hosts)).toEqual([{ setting: 'kube-apiserver --x', values: { a: '1', c: '2' } }])
  expect(compareControlPlanes(hosts.slice(0, 2))).toEqual([])
})

test('the flags of a go-runner before the program do not count', () => {
  const command = ['/go-runner', '--log-file=/x', '/usr/bin/kube-apiserver', '--v=2']
  const container = { name: 'kube-apiserver', command, args: [], image: undefined, mounts: [] }
  const observed = observe(
    '',
    { container: { ...container, runAsUser: undefined, runAsGroup: undefined } },
    [],
    'a',
  )
  expect(Object.keys(observed)).toEqual(['kube-apiserver version', 'kube-apiserver --v'])
})
