import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { describeChange } from '../../../src/engine/saved-plan/describe-change.ts'
import { makeSalt, SecretDigests } from '../../../src/engine/saved-plan/digest.ts'
import { describePlan } from '../../../src/engine/saved-plan/describe-plan.ts'
import { openSession } from '../../../src/engine/session/session.ts'
import { defineTask, file, z } from '../../../src/index.ts'
import type { FileChange } from '../../../src/host/change.ts'
import { loadWritten } from '../../inventory/written-files.ts'
import { planWorld, type World } from '../world.ts'
import { bare } from './planned.ts'

const secret = 'correct horse battery staple'

const credentials = defineTask({
  name: 'credentials',
  params: z.object({ registry_password: z.string() }),
  gather: (host) => ({ file: host.file('/etc/registry') }),
  plan: ({ params }) => [
    file({ path: '/etc/registry', content: params.registry_password, mode: 0o600, sensitive: true }),
  ],
})

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test('a plan has no secret, neither as text nor as a hash with which guesses can be tested quickly', async () => {
  const world: World = { ...bare, files: {} }
  const host = await planWorld(world, [credentials], { registry_password: secret })
  const inventory = await loadWritten({
    'hosts.yaml': JSON.stringify({ kube_control_plane: { hosts: { cp1: { registry_password: secret } } } }),
  })
  await using session = await openSession({ inventory, tasks: [credentials] })
  const plan = { clusters: [{ cluster: 'ca', hosts: [host] }], failures: [] }
  const described = await describePlan(session, plan, [], new SecretDigests(makeSalt()))
  const text = JSON.stringify(described)
  expect(described[0]?.hosts[0]?.variables.registry_password).toMatch(/^scrypt:/)
  expect(text).not.toContain(secret)
  for (const guess of [secret, JSON.stringify(secret)]) expect(text).not.toContain(sha256(guess))
})

const change = (sensitive: boolean): FileChange => ({
  kind: 'file',
  task: 'a task',
  path: '/etc/registry',
  differences: [{ kind: 'file-missing' }],
  before: null,
  after: { mode: 0o600, owner: 0, group: 0, content: secret, sha256: sha256(secret) },
  sensitive,
  stagedIn: '/etc',
})

test('a secret’s digest depends on salt, path and content; another file’s digest only on its content', async () => {
  const [one, other] = [new SecretDigests(makeSalt()), new SecretDigests(makeSalt())]
  const secrets = await Promise.all([
    describeChange(change(true), one),
    describeChange(change(true), other),
    describeChange({ ...change(true), path: '/etc/other' }, one),
    describeChange({ ...change(true), after: { ...change(true).after, sha256: sha256('else') } }, one),
  ])
  const contents = secrets.map((saved) => (saved.kind === 'file' ? saved.after.content : ''))
  expect(new Set(contents).size).toBe(4)
  expect(contents.every((content) => content.startsWith('scrypt:'))).toBe(true)
  expect(await describeChange(change(true), one)).toEqual(secrets[0])
  expect(await describeChange(change(false), one)).toMatchObject({
    after: { content: `sha256:${sha256(secret)}` },
  })
})

test('the digest of a value does not depend on the order of its keys, but on the types', async () => {
  const digests = new SecretDigests(makeSalt())
  const digest = (value: unknown) => digests.digest('a', value)
  expect(await digest({ b: 1, c: [{ d: 2, e: 3 }] })).toBe(await digest({ c: [{ e: 3, d: 2 }], b: 1 }))
  const different = [
    1,
    '1',
    true,
    'true',
    null,
    [1],
    [[1]],
    { 1: 1 },
    1n,
    new Map([[1, 2]]),
    new Map([[1, 3]]),
  ]
  const all = await Promise.all(different.map(digest))
  expect(new Set(all).size).toBe(all.length)
})
