// A test of a task without any host. Run it: node test-a-task.ts
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineTask, file, z } from 'planewright'
import { contentOf, fakeHost, perform, planTasks } from 'planewright/testing'

const path = '/etc/issue.net'

const loginBanner = defineTask({
  name: 'login banner',
  params: z.object({ login_banner: z.string() }),
  gather: (host) => ({ banner: host.file(path) }),
  plan: ({ params }) => [file({ path, content: `${params.login_banner}\n`, mode: 0o644 })],
})

const variables = { login_banner: 'Authorized use only. Requests are audited.' }

await test('another banner is replaced, and then nothing is left to do', async () => {
  const host = fakeHost({ files: { [path]: 'Welcome!\n' } })
  const plan = await planTasks(host, [loginBanner], variables)
  assert.deepEqual(
    plan.changes.map((change) => `${change.kind} ${change.path}`),
    ['file /etc/issue.net'],
  )
  const after = perform(host, plan)
  assert.equal(contentOf(after, path), 'Authorized use only. Requests are audited.\n')
  assert.deepEqual((await planTasks(after, [loginBanner], variables)).changes, [])
})
