import { expect, test } from 'vitest'
import { etcdClient } from '../../../src/engine/cluster/etcd-client.ts'
import type { FileFact } from '../../../src/host/fact.ts'
import type { HostReader } from '../../../src/host/host-reader.ts'

/** A host on which process 7 sees these files. */
function seeing(files: Readonly<Record<string, string>>): HostReader {
  const never = () => Promise.reject(new Error('only files are asked for'))
  return {
    file: (path): Promise<FileFact> => {
      const content = files[path]
      if (content === undefined) return Promise.resolve({ fact: 'file', type: 'absent', path })
      const base = { fact: 'file', type: 'regular', path, mode: 0o600, owner: 0, group: 0 } as const
      return Promise.resolve({ ...base, content: Buffer.from(content), sha256: '', inode: '', modified: 0 })
    },
    folder: never,
    processes: never,
    identity: never,
  }
}

function apiserver(...flags: readonly string[]) {
  return { pid: 7, argv: ['kube-apiserver', ...flags], startTicks: 1, started: 1, sees: [] }
}

const pki = {
  '/proc/7/root/pki/ca.crt': 'ca',
  '/proc/7/root/pki/c.crt': 'crt',
  '/proc/7/root/pki/c.key': 'key',
}
const none = { certificateAuthority: undefined, certificate: undefined, key: undefined }

test.each([
  [
    'with certificates, as kubeadm makes it',
    [
      '--etcd-servers=https://127.0.0.1:2379',
      '--etcd-cafile=/pki/ca.crt',
      '--etcd-certfile=/pki/c.crt',
      '--etcd-keyfile=/pki/c.key',
    ],
    {
      urls: ['https://127.0.0.1:2379'],
      identity: { certificateAuthority: 'ca', certificate: 'crt', key: 'key' },
    },
  ],
  [
    'external, over TLS without a client certificate',
    ['--etcd-servers=https://a:2379,https://b:2379', '--etcd-cafile=/pki/ca.crt'],
    { urls: ['https://a:2379', 'https://b:2379'], identity: { ...none, certificateAuthority: 'ca' } },
  ],
  ['external, without TLS', ['--etcd-servers=http://a:2379'], { urls: ['http://a:2379'], identity: none }],
  [
    'with flags that are empty',
    ['--etcd-servers=http://a:2379', '--etcd-cafile='],
    { urls: ['http://a:2379'], identity: none },
  ],
])('etcd %s', async (_, flags, expected) => {
  expect(await etcdClient(seeing(pki), apiserver(...flags))).toEqual(expected)
})

test('a path is a path in the container, and not the same path on the host', async () => {
  const reader = seeing({ '/pki/ca.crt': 'of the host', '/proc/7/root/pki/ca.crt': 'of the container' })
  const { identity } = await etcdClient(reader, apiserver('--etcd-cafile=/pki/ca.crt'))
  expect(identity.certificateAuthority).toBe('of the container')
})

test('a flag whose file does not exist is named', async () => {
  const asked = etcdClient(
    seeing(pki),
    apiserver('--etcd-cafile=/pki/ca.crt', '--etcd-keyfile=/pki/gone.key'),
  )
  await expect(asked).rejects.toMatchObject({
    code: 'host',
    message: "the file of kube-apiserver's --etcd-keyfile cannot be read",
    where: { path: '/pki/gone.key' },
    why: 'the file does not exist, as process 7 sees it',
  })
})
