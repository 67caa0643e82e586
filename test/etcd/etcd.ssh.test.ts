import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { readEtcdHealth, readEtcdMembers } from '../../src/etcd/etcd.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'
import { serveEtcd } from '../support/etcd-stand-in.ts'

const none = { certificateAuthority: undefined, certificate: undefined, key: undefined }

let sshd: Sshd
let connection: Connection

beforeAll(async () => {
  sshd = await startSshd()
  connection = await connectSsh(sshd.target('root'), { readyTimeoutMs: 30_000 })
})

afterAll(async () => {
  await connection.close()
  await sshd.stop()
})

test('asks an etcd with plain HTTP for its members and their health, without a certificate', async () => {
  const url = 'http://127.0.0.1:2379'
  const named = ['etcd1', 'etcd2'].map((name) => ({ name, url }))
  await serveEtcd((script) => sshd.exec(script), 2379, named)
  const urls = ['http://127.0.0.1:1', url]
  const members = await readEtcdMembers(connection, urls, none)
  expect(members.map(({ name, clientURLs }) => ({ name, clientURLs }))).toEqual([
    { name: 'etcd1', clientURLs: ['http://127.0.0.1:2379'] },
    { name: 'etcd2', clientURLs: ['http://127.0.0.1:2379'] },
  ])
  const health = await readEtcdHealth(connection, urls, none)
  expect(health.map(({ trouble }) => trouble)).toEqual([undefined, undefined])
})

test('if no member answers, the error names each with the reason', async () => {
  await expect(readEtcdMembers(connection, ['http://127.0.0.1:1', 'unix:///x'], none)).rejects.toMatchObject({
    code: 'host',
    why: expect.stringMatching(
      /^http:\/\/127\.0\.0\.1:1: .*Connection refused\nunix:\/\/\/x: this is not an http or https URL$/,
    ) as string,
  })
})
