import { describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  auditProof,
  defineClusterTask,
  defineTask,
  directory,
  file,
  openSession,
  staticPod,
  template,
  untouched,
  z,
  type HostReader,
} from '../../../src/index.ts'
import { loadText, refusalOf } from '../../inventory/written-files.ts'
import { machine, planWorld } from '../world.ts'

const params = z.object({})

describe('an async gather', () => {
  const path = '/etc/motd'

  test('may return facts that it has awaited, and promises of others', async () => {
    const task = defineTask({
      name: 'patient',
      params,
      gather: async (host) => {
        const { now } = await host.identity()
        return { now, banner: host.file(path) }
      },
      plan: ({ facts: { now, banner } }) => [file({ path, content: `${now} ${banner.type}`, mode: 0o644 })],
    })
    const { changes } = await planWorld(machine, [task])
    expect(changes).toMatchObject([{ path, after: { content: `${machine.now} absent` } }])
  })

  test('that rejects fails its host', async () => {
    const gather = () => Promise.reject<{ it: number }>(new Error('no'))
    const task = defineTask({ name: 'careless', params, gather, plan: () => [] })
    await expect(planWorld(machine, [task])).rejects.toThrow('no')
  })
})

describe('refused when the task or state is defined', () => {
  const absolute = { why: expect.stringContaining('begins with /') as string }

  test.each([
    ...['etc/motd', '', './motd'].map((path) => [path, 'not absolute'] as const),
    ...['/etc/../motd', '/etc//motd', '/etc/motd/'].map(
      (path) => [path, 'not in its shortest form'] as const,
    ),
  ])('the path %j is %s', async (path, fault) => {
    const message = `the path ${JSON.stringify(path)} is ${fault}`
    const where = { manifest: '/a', policyFile: path, logFile: '/b' }
    const pod = { component: 'x', flags: {}, mounts: [], volumes: [], checksums: {} }
    const words = { what: '', why: '', remedy: '' }
    for (const define of [
      () => directory({ path, mode: 0o755 }),
      () => file({ path, content: '', mode: 0o644 }),
      () => template({ path, template: 'x', mode: 0o644 }),
      () => staticPod({ path, ...pod }),
      () => auditProof(where),
      () => untouched({ paths: ['/a', path], ...words }),
    ]) {
      expect(await refusalOf(define)).toMatchObject({ code: 'internal', message, ...absolute })
    }
  })

  test.each([
    ['a file', (host: HostReader) => host.file('etc/motd')],
    ['a folder', (host: HostReader) => host.folder('/etc/motd/')],
    ['what a process sees', (host: HostReader) => host.processes('sshd', ['/', 'etc'])],
  ] as const)('a relative path of %s, before the host is asked', async (_what, ask) => {
    const task = defineTask({
      name: 'careless',
      params,
      gather: (host) => ({ it: ask(host) }),
      plan: () => [],
    })
    expect(await refusalOf(() => planWorld(machine, [task]))).toMatchObject({ code: 'internal', ...absolute })
    const asked = () => {
      throw new Error('the host was asked')
    }
    const host = { file: asked, folder: asked, processes: asked, identity: asked }
    await expect(task.gather(host, {})).rejects.toMatchObject({ code: 'internal' })
  })

  test('a relative path that is asked for before another answer is awaited: no rejection is left unhandled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const task = defineTask({
      name: 'careless',
      params,
      gather: async (host) => {
        const motd = host.file('etc/motd')
        const { now } = await host.identity()
        return { motd, now }
      },
      plan: () => [],
    })
    const slow = async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return { fact: 'identity', uid: 0, now: 0 } as const
    }
    const unused = () => Promise.reject(new Error('unused'))
    const host = { file: unused, folder: unused, processes: unused, identity: slow }
    await expect(task.gather(host, {})).rejects.toMatchObject({ code: 'internal' })
    expect(unhandled).not.toHaveBeenCalled()
  })

  test.each([644, 640, 600, 755, 750, 700, 664, 660, 440, 444, 400, -1, 0.5, NaN, 0o20644])(
    'the mode %j of a file',
    async (mode) => {
      const error = await refusalOf(() => file({ path: '/x', content: '', mode }))
      expect(error).toMatchObject({ code: 'internal', where: { path: '/x' } })
      const isMeant = Number.isInteger(mode) && mode > 0 && mode < 1000
      expect(error.remedy).toContain(isMeant ? `0o${mode}?` : '0o644')
    },
  )

  test.each([755, 750, 700, 711, 1777])('the mode %j of a directory', async (mode) => {
    const error = await refusalOf(() => directory({ path: '/x', mode }))
    expect(error.remedy).toContain(`0o${mode}?`)
  })

  test('a task without a name', async () => {
    const define = { name: ' ', params, gather: () => ({}), plan: () => [] }
    expect(await refusalOf(() => defineTask(define))).toMatchObject({ code: 'internal' })
    expect(await refusalOf(() => defineClusterTask(define))).toMatchObject({ code: 'internal' })
  })
})

test.each([0o600, 0o640, 0o644, 0o660, 0o664, 0o400, 0o440, 0o444, 0o700, 0o755, 0o4755])(
  'the mode 0o%o of a file is taken',
  (mode) => {
    expect(file({ path: '/x', content: '', mode })).toMatchObject({ mode })
  },
)

test.each([0o700, 0o711, 0o750, 0o755, 0o775, 0o1733, 0o1777, 0o2775])(
  'the mode 0o%o of a directory is taken',
  (mode) => {
    expect(directory({ path: '/x', mode })).toMatchObject({ mode })
  },
)

test.each([
  ['two tasks', 'one', 'one', 'Another task'],
  ['a task and one for clusters', 'one', 'cluster', 'Another task'],
  ['a task and the variables of every run', 'roll', 'one', 'every run'],
])('of one name, %s are refused before any host is asked', async (_, first, second, why) => {
  const named = (name: string) => defineTask({ name, params, gather: () => ({}), plan: () => [] })
  const clusterTasks = [defineClusterTask({ name: 'cluster', params, plan: () => [] })]
  const options = { tasks: [named(first), named(second)], clusterTasks }
  const inventory = await loadText('all: {hosts: {cp1: }}')
  const error = await refusalOf(() => openSession({ inventory, ...options }))
  expect(error).toMatchObject({ code: 'usage', why: expect.stringContaining(why) as string })
})
