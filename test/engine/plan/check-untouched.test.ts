import { expect, test } from 'vitest'
import { defineTask, directory, file, untouched, z } from '../../../src/index.ts'
import { refusalOf } from '../../inventory/written-files.ts'
import { machine, planWorld } from '../world.ts'

const makes = defineTask({
  name: 'makes',
  params: z.object({}),
  gather: (host) => ({ folder: host.file('/etc/own'), file: host.file('/etc/own/file') }),
  plan: () => [
    directory({ path: '/etc/own', mode: 0o755 }),
    file({ path: '/etc/own/file', content: 'x', mode: 0o600 }),
  ],
})
const keeps = (...paths: readonly string[]) =>
  defineTask({
    name: 'keeps',
    params: z.object({}),
    gather: () => ({}),
    plan: () => [untouched({ paths, what: 'not here', why: 'because', remedy: 'leave it' })],
  })

test('refuses a host that must stay untouched, in the words of its task, with all changes', async () => {
  const error = await refusalOf(() => planWorld(machine, [makes, keeps('/etc/own/file', '/etc/own')]))
  expect(error).toMatchObject({
    ...{ code: 'host', message: 'not here', remedy: 'leave it' },
    where: { host: 'cp1', task: 'keeps', path: '/etc/own' },
    why: 'because\n/etc/own: the directory is missing\n/etc/own/file: the file is missing',
  })
})

test.each([
  ['other paths', keeps('/etc', '/etc/own/file2')],
  ['no path', keeps()],
])('%s: the plan is as it would be', async (_, task) => {
  expect((await planWorld(machine, [makes, task])).changes).toHaveLength(2)
})
