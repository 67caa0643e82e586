import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { defineTask, directory, file, gatherStaticPod, staticPod, z } from '../../src/index.ts'
import {
  contentOf,
  fakeHost,
  later,
  perform,
  planTasks,
  startStaticPod,
  withFiles,
} from '../../src/testing/index.ts'
import { auditTasks } from '../../tasks/index.ts'
import { refusalOf } from '../inventory/written-files.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const kubeadm = readFileSync(new URL('../manifest/fixtures/kubeadm.yaml', import.meta.url), 'utf8')

const banner = defineTask({
  name: 'banner',
  params: z.object({ banner: z.string().default('hello') }),
  gather: (host) => ({ folder: host.file('/etc/own'), file: host.file('/etc/own/banner') }),
  plan: ({ params }) => [
    directory({ path: '/etc/own', mode: 0o750 }),
    file({ path: '/etc/own/banner', content: params.banner, mode: 0o640, owner: 1000 }),
  ],
})

function names(plan: { readonly changes: readonly { readonly kind: string; readonly path: string }[] }) {
  return plan.changes.map(({ kind, path }) => `${kind} ${path}`)
}

test.each<[string, Parameters<typeof fakeHost>[0], readonly string[]]>([
  ['nothing', {}, ['directory /etc/own', 'file /etc/own/banner']],
  [
    'another text',
    { files: { '/etc/own': { directory: true }, '/etc/own/banner': 'bye' } },
    ['directory /etc/own', 'file /etc/own/banner'],
  ],
  [
    'another owner',
    {
      files: {
        '/etc/own': { directory: true, mode: 0o750 },
        '/etc/own/banner': { content: Buffer.from('hello'), mode: 0o640 },
      },
    },
    ['file /etc/own/banner'],
  ],
  [
    'all of it',
    {
      files: {
        '/etc/own': { directory: true, mode: 0o750 },
        '/etc/own/banner': { content: 'hello', mode: 0o640, owner: 1000 },
      },
    },
    [],
  ],
])('a host with %s has a plan, and none after it was performed', async (_, options, changes) => {
  const host = fakeHost(options)
  const plan = await planTasks(host, [banner])
  expect(names(plan)).toEqual(changes)
  const after = perform(host, plan)
  expect(contentOf(after, '/etc/own/banner')).toBe('hello')
  expect(names(await planTasks(after, [banner]))).toEqual([])
  // The host itself did not change, because it is a value.
  expect(names(await planTasks(host, [banner]))).toEqual(changes)
})

test('a variable and the host itself are those that the task sees', async () => {
  const greets = defineTask({
    name: 'greets',
    params: z.object({ word: z.string() }),
    gather: (host) => ({ file: host.file('/etc/motd'), me: host.identity() }),
    plan: ({ params, host, facts }) => [
      file({
        path: '/etc/motd',
        content: `${params.word} ${host.name} ${host.groups.join()} ${facts.me.now}`,
        mode: 0o644,
      }),
    ],
  })
  const host = fakeHost({ name: 'db1', groups: ['etcd'], now: 7 })
  expect(contentOf(perform(host, await planTasks(host, [greets], { word: 'hi' })), '/etc/motd')).toBe(
    'hi db1 etcd 7',
  )
  await expect(planTasks(host, [greets], { word: 1 })).rejects.toMatchObject({ code: 'variable' })
})

test('a plan of another host is refused, as a real host refuses it', async () => {
  const host = fakeHost()
  const plan = await planTasks(host, [banner])
  const edited = withFiles(host, { '/etc/own/banner': 'by hand' })
  expect(await refusalOf(() => perform(edited, plan))).toMatchObject({
    code: 'precondition',
    where: { host: 'cp1', path: '/etc/own/banner' },
  })
  const removed = withFiles(edited, { '/etc/own/banner': undefined })
  expect(contentOf(perform(removed, plan), '/etc/own/banner')).toBe('hello')
})

describe('a static pod', () => {
  const controlPlane = startStaticPod(
    fakeHost({
      files: { '/etc/kubernetes': { directory: true }, [manifest]: { content: kubeadm, mode: 0o600 } },
    }),
    manifest,
    'kube-apiserver',
  )

  test('restarts with the files that the plan wrote, and then nothing is left to do', async () => {
    const host = later(controlPlane, 86_400)
    const plan = await planTasks(host, auditTasks, { audit_log_maxage: 7 })
    expect(names(plan)).toContain(`restart ${manifest}`)
    const after = perform(host, plan)
    expect(after.processes).toHaveLength(1)
    expect(after.processes[0]?.argv).toContain('--audit-log-maxage=7')
    expect(after.processes[0]?.started).toBeGreaterThan(controlPlane.processes[0]?.started ?? Infinity)
    expect(names(await planTasks(after, auditTasks, { audit_log_maxage: 7 }))).toEqual([])
  })

  test('is not taken for another one', async () => {
    const scheduler = defineTask({
      name: 'scheduler',
      params: z.object({}),
      gather: (host) => ({
        pod: gatherStaticPod(host, {
          manifest: '/etc/kubernetes/manifests/kube-scheduler.yaml',
          component: 'kube-scheduler',
          sees: [],
        }),
      }),
      plan: ({ facts }) => {
        expect(facts.pod.processes.processes).toEqual([])
        expect(facts.pod.folder.entries.map(({ path }) => path)).toEqual([manifest])
        return [
          staticPod({
            path: '/etc/kubernetes/manifests/kube-scheduler.yaml',
            component: 'kube-scheduler',
            flags: {},
            mounts: [],
            volumes: [],
            checksums: {},
          }),
        ]
      },
    })
    await expect(planTasks(controlPlane, [scheduler])).rejects.toMatchObject({ code: 'manifest' })
  })
})
