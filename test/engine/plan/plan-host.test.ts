import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { HostPlan } from '../../../src/engine/values/host-plan.ts'
import { differenceText } from '../../../src/difference/difference.ts'
import { planHost } from '../../../src/engine/plan/plan-host.ts'
import { PlanewrightError } from '../../../src/error.ts'
import { defineTask, directory, file, staticPod, template, TemplateReference, z } from '../../../src/index.ts'
import { auditTasks } from '../../../tasks/index.ts'
import {
  contentOf,
  directoryAt,
  later,
  machine,
  manifest,
  performed,
  planWorld,
  regular,
  restarted,
  surveyWorld,
  withFiles,
  withManifest,
  type World,
} from '../world.ts'

const kubeadm = readFileSync(new URL('../../manifest/fixtures/kubeadm.yaml', import.meta.url), 'utf8')
const policy = '/etc/kubernetes/audit-policy.yaml'
const logFolder = '/var/log/kubernetes/audit'
const annotation = /^ *planewright\.dev\/audit-policy-sha256: .*\n/m

/** A control plane as kubeadm leaves it, an hour after its start. */
const bare = later(
  restarted(
    later(
      withFiles(machine, {
        '/etc/kubernetes': directoryAt('/etc/kubernetes'),
        [manifest]: regular(manifest, kubeadm, { modified: machine.now }),
      }),
      10,
    ),
  ),
  3600,
)

/** The same host a day after an apply. */
let right: World

beforeAll(async () => {
  right = later(performed(bare, await planWorld(bare, auditTasks)), 86_400)
})

function summary(plan: HostPlan): readonly string[] {
  return plan.changes.map((change) => `${change.kind} ${change.path}`)
}

function differences(plan: HostPlan): readonly string[] {
  return plan.changes.flatMap((change) => change.differences).map(differenceText)
}

/** The error with which a plan is refused. */
async function refusal(call: Promise<unknown>): Promise<PlanewrightError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PlanewrightError)
  return error as PlanewrightError
}

const restart = [`file ${manifest}`, `restart ${manifest}`]

test('a bare manifest: directory, file, manifest, restart', async () => {
  const plan = await planWorld(bare, auditTasks)
  expect(summary(plan)).toEqual([`directory ${logFolder}`, `file ${policy}`, ...restart])
  expect(plan.changes[0]).toMatchObject({ before: null, after: { mode: 0o755, owner: 0, group: 0 } })
  expect(plan.changes[1]).toMatchObject({ before: null, after: { mode: 0o600 }, stagedIn: '/etc/kubernetes' })
  expect(plan.changes[2]).toMatchObject({ stagedIn: '/etc/kubernetes', before: { content: kubeadm } })
  expect(plan.changes[3]).toMatchObject({
    before: { pid: bare.processes[0]?.pid },
    differences: [{ kind: 'manifest-changes' }],
    flags: { 'audit-log-maxage': '30', 'audit-log-path': `${logFolder}/audit.log` },
  })
  expect(plan.provable).toMatchObject({
    apiserver: { address: /--advertise-address=(.*)/.exec(kubeadm)?.[1], port: 6443 },
    logFile: `${logFolder}/audit.log`,
  })
  expect(plan.provable?.policy).toContain('kind: Policy')
})

test('a host that is right has no changes, however often it is planned', async () => {
  expect((await planWorld(right, auditTasks)).changes).toEqual([])
  expect((await planWorld(restarted(right), auditTasks)).changes).toEqual([])
  expect((await planWorld(later(right, 1e9), auditTasks)).changes).toEqual([])
})

test('a plan is the same value for the same facts', async () => {
  const surveyed = await surveyWorld(bare, auditTasks)
  expect(planHost(surveyed, auditTasks)).toEqual(planHost(surveyed, auditTasks))
})

interface Drift {
  readonly name: string
  readonly drift: (world: World) => World
  readonly changes: readonly string[]
  readonly named: string | RegExp
}

function editedFlag(from: string | RegExp, to: string): Drift['drift'] {
  return (world) => withManifest(world, (text) => text.replace(from, to))
}

function withProcess(world: World, edit: (argv: readonly string[]) => readonly string[]): World {
  return { ...world, processes: world.processes.map((one) => ({ ...one, argv: edit(one.argv) })) }
}

const editedPolicy = (modified: (world: World) => number) => (world: World) =>
  withFiles(world, {
    [policy]: regular(policy, contentOf(world, policy).replaceAll('RequestResponse', 'Metadata'), {
      modified: modified(world),
    }),
  })

const drifts: readonly Drift[] = [
  {
    name: 'a flag removed',
    drift: editedFlag(/^.*--audit-log-maxage=.*\n/m, ''),
    changes: restart,
    named: 'flag --audit-log-maxage is missing, should be 30',
  },
  {
    name: 'a value changed',
    drift: editedFlag('--audit-log-maxsize=100', '--audit-log-maxsize=7'),
    changes: restart,
    named: 'flag --audit-log-maxsize is 7, should be 100',
  },
  {
    name: 'a flag doubled',
    drift: editedFlag(/^( *- )--audit-log-maxbackup=10$/m, '$&\n$1--audit-log-maxbackup=3'),
    changes: restart,
    named: /flag --audit-log-maxbackup .*(twice|2 times)/,
  },
  {
    name: 'a flag in args',
    drift: (world) =>
      withManifest(world, (text) =>
        text
          .replace(/^.*--audit-log-format=.*\n/m, '')
          .replace(/^ {4}image: .*$/m, '$&\n    args: ["--audit-log-format", "legacy"]'),
      ),
    changes: restart,
    named: /flag --audit-log-format is legacy, should be json/,
  },
  {
    name: 'a mount missing',
    drift: editedFlag(/^ *- (mountPath: .*audit-policy.yaml|name: audit-policy)\n( {6}.*\n){2}/m, ''),
    changes: restart,
    named: /mount audit-policy is missing/,
  },
  {
    name: 'a volume missing',
    drift: editedFlag(
      /^ {2}- hostPath:\n {6}path: \/var\/log\/kubernetes\/audit\n.*\n.*\n|^ {2}- name: audit-logs\n( {4}.*\n){3}/m,
      '',
    ),
    changes: restart,
    named: /volume audit-logs is missing/,
  },
  {
    name: 'another mode of the directory',
    drift: (world) => {
      const fact = world.files[logFolder]
      return fact?.type === 'directory' ? withFiles(world, { [logFolder]: { ...fact, mode: 0o700 } }) : world
    },
    changes: [`directory ${logFolder}`],
    named: 'mode is 0700, should be 0755',
  },
  {
    name: 'another mode and owner of the policy',
    drift: (world) => {
      const fact = world.files[policy]
      if (fact?.type !== 'regular') return world
      return withFiles(world, { [policy]: { ...fact, mode: 0o644, owner: 1000 } })
    },
    changes: [`file ${policy}`],
    named: 'mode is 0644, should be 0600',
  },
  {
    name: 'a policy edited after the process started, which reads it only then',
    drift: editedPolicy((world) => world.now - 60),
    changes: [`file ${policy}`],
    named: 'the content differs',
  },
  {
    name: 'a policy edited before the process started',
    drift: (world) => restarted(editedPolicy((edited) => edited.now - 60)(world)),
    changes: [`file ${policy}`, ...restart],
    named: /the running process read a .*audit-policy\.yaml that it should not have read/,
  },
  {
    name: 'a policy edited, and the annotation gone that told what was read',
    drift: (world) =>
      withManifest(editedPolicy((edited) => edited.now - 60)(world), (text) => text.replace(annotation, '')),
    changes: [`file ${policy}`, ...restart],
    named: /the running process read a/,
  },
  {
    name: 'a policy deleted',
    drift: (world) => withFiles(world, { [policy]: undefined }),
    changes: [`file ${policy}`],
    named: 'the file is missing',
  },
  {
    name: 'a policy deleted, and the annotation gone',
    drift: (world) =>
      withManifest(withFiles(world, { [policy]: undefined }), (text) => text.replace(annotation, '')),
    changes: [`file ${policy}`, ...restart],
    named: /nothing tells what the running process read/,
  },
  {
    name: 'a log directory deleted',
    drift: (world) => withFiles(world, { [logFolder]: undefined }),
    changes: [`directory ${logFolder}`, ...restart],
    named: `the running process has another ${logFolder} open than the host has now`,
  },
  {
    name: 'a log directory deleted and made again',
    drift: (world) => withFiles(world, { [logFolder]: directoryAt(logFolder) }),
    changes: restart,
    named: `the running process has another ${logFolder} open than the host has now`,
  },
  {
    name: 'a process with another value, though the manifest has long been right',
    drift: (world) => withProcess(world, (argv) => argv.map((word) => word.replace('maxage=30', 'maxage=1'))),
    changes: restart,
    named: 'the running process has --audit-log-maxage=1, should have 30',
  },
  {
    name: 'a process without a flag, and one with it twice',
    drift: (world) =>
      withProcess(world, (argv) => [
        ...argv.filter((word) => !word.startsWith('--audit-log-maxage=')),
        '--audit-log-maxsize=100',
      ]),
    changes: restart,
    named: 'the running process has no --audit-log-maxage',
  },
  {
    name: 'an annotation missing and a policy newer than the process',
    drift: (world) => {
      const fact = world.files[policy]
      if (fact?.type !== 'regular') return world
      const touched = withFiles(world, { [policy]: { ...fact, modified: world.now - 60 } })
      return withManifest(touched, (text) => text.replace(annotation, ''))
    },
    changes: restart,
    named: /audit-policy\.yaml is newer than the running process/,
  },
  {
    name: 'an annotation of another policy',
    drift: (world) =>
      withManifest(world, (text) => text.replace(/(policy-sha256: ['"]?)[0-9a-f]{4}/, '$1ffff')),
    changes: restart,
    named: /annotation planewright\.dev\/audit-policy-sha256/,
  },
]

describe('drift', () => {
  test.each(drifts)('$name', async ({ drift, changes, named }) => {
    const world = drift(right)
    const plan = await planWorld(world, auditTasks)
    expect(summary(plan)).toEqual(changes)
    expect(differences(plan)).toEqual(
      expect.arrayContaining([typeof named === 'string' ? named : expect.stringMatching(named)]),
    )
    const again = await planWorld(performed(world, plan), auditTasks)
    expect(again.changes).toEqual([])
  })

  test('a missing annotation alone is no change', async () => {
    const world = withManifest(right, (text) => text.replace(annotation, ''))
    expect((await planWorld(world, auditTasks)).changes).toEqual([])
  })

  test('a policy with a new mtime and the right annotation is no change', async () => {
    const fact = right.files[policy]
    if (fact?.type !== 'regular') throw new Error('no policy')
    const world = withFiles(right, { [policy]: { ...fact, modified: right.now } })
    expect((await planWorld(world, auditTasks)).changes).toEqual([])
  })
})

describe('a restart that the kubelet is about to do', () => {
  const oldProcess = (world: World) => ({ ...world, processes: bare.processes })
  const at = (world: World, seconds: number) => {
    const fact = world.files[manifest]
    if (fact?.type !== 'regular') throw new Error('no manifest')
    return withFiles(world, { [manifest]: { ...fact, modified: world.now - seconds } })
  }

  test('is awaited if the manifest is recent', async () => {
    const plan = await planWorld(oldProcess(at(right, 30)), auditTasks)
    expect(summary(plan)).toEqual([`restart ${manifest}`])
    expect(differences(plan)).toContain('the running process has no --audit-log-path')
  })

  test('is requested by an annotation if the manifest is old', async () => {
    const world = oldProcess(at(right, 300))
    const plan = await planWorld(world, auditTasks)
    expect(summary(plan)).toEqual(restart)
    const started = new Date((bare.processes[0]?.started ?? 0) * 1000).toISOString()
    expect(plan.changes[0]).toMatchObject({ after: { content: expect.stringContaining(started) as string } })
    expect((await planWorld(performed(world, plan), auditTasks)).changes).toEqual([])
  })

  test('is requested if a file is still to be written, because the kubelet may restart before that', async () => {
    const young = oldProcess(at(right, 30))
    const world = editedPolicy((edited) => edited.now - 86_400)(young)
    const plan = await planWorld(world, auditTasks)
    expect(summary(plan)).toEqual([`file ${policy}`, ...restart])
  })

  test('is awaited if no apiserver runs and the manifest is right', async () => {
    const plan = await planWorld({ ...right, processes: [] }, auditTasks)
    expect(summary(plan)).toEqual([`restart ${manifest}`])
    expect(plan.changes[0]).toMatchObject({ before: null, differences: [{ kind: 'not-running' }] })
  })

  test('is awaited if the pod waits for a file that is written now: the manifest stays', async () => {
    const unmounted = withFiles({ ...right, processes: [] }, { [policy]: undefined })
    const plan = await planWorld(unmounted, auditTasks)
    expect(summary(plan)).toEqual([`file ${policy}`, `restart ${manifest}`])
    expect(differences(plan)).toEqual([
      'the file is missing',
      'kube-apiserver is not running',
      `it waits for ${policy}`,
    ])
    const text = contentOf(right, manifest)
    expect(plan.changes.at(-1)).toMatchObject({
      awaited: policy,
      kept: { path: manifest, before: { content: text }, after: { content: text } },
    })
  })

  test('has the time limit of a mount if the manifest changes as well', async () => {
    const other = withManifest({ ...right, processes: [] }, (text) => text.replace('maxage=30', 'maxage=7'))
    const plan = await planWorld(withFiles(other, { [policy]: undefined }), auditTasks)
    expect(summary(plan)).toEqual([`file ${policy}`, ...restart])
    expect(plan.changes.at(-1)).toMatchObject({ awaited: policy })
    expect(plan.changes.at(-1)).not.toHaveProperty('kept')
  })

  test('waits for no mount if no apiserver runs and the manifest has no such mount yet', async () => {
    const plan = await planWorld({ ...bare, processes: [] }, auditTasks)
    expect(plan.changes.at(-1)).not.toHaveProperty('awaited')
  })

  test('follows from the change of the manifest if no apiserver runs and the manifest is bare', async () => {
    const plan = await planWorld({ ...bare, processes: [] }, auditTasks)
    expect(summary(plan).slice(-2)).toEqual(restart)
    expect(contentOf(performed(bare, plan), manifest)).not.toContain('restarted-after')
  })
})

test('of several processes, the latest one that advertises the host’s address counts', async () => {
  const [own] = right.processes
  if (own === undefined) throw new Error('no process')
  const foreign = {
    ...own,
    pid: 7,
    startTicks: own.startTicks + 500,
    argv: ['kube-apiserver', '--advertise-address=10.0.0.9'],
  }
  expect((await planWorld({ ...right, processes: [foreign, own] }, auditTasks)).changes).toEqual([])
  const old = { ...own, pid: 8, startTicks: own.startTicks - 500, argv: own.argv.slice(0, 3) }
  expect((await planWorld({ ...right, processes: [own, old] }, auditTasks)).changes).toEqual([])
  const none = await planWorld({ ...right, processes: [foreign, { ...foreign, pid: 9 }] }, auditTasks)
  expect(differences(none)).toEqual(['kube-apiserver is not running'])
})

describe('the host is not what it should be', () => {
  test.each<{ name: string; drift: (world: World) => World; code: string; message: RegExp; why?: RegExp }>([
    {
      name: 'no manifest',
      drift: (world) => withFiles(world, { [manifest]: undefined }),
      code: 'manifest',
      message: /^there is no kube-apiserver manifest at /,
    },
    {
      name: 'a manifest that is a directory',
      drift: (world) => withFiles(world, { [manifest]: directoryAt(manifest) }),
      code: 'manifest',
      message: /^there is no kube-apiserver manifest/,
      why: /a directory is at this path/,
    },
    {
      name: 'a manifest that is no UTF-8',
      drift: (world) =>
        withFiles(world, {
          [manifest]: { ...regular(manifest, ''), content: Buffer.from([0xff]) },
        }),
      code: 'manifest',
      message: /is not valid UTF-8/,
    },
    {
      name: 'a second manifest, whatever its ending',
      drift: (world) => {
        const path = '/etc/kubernetes/manifests/kube-apiserver.yaml.bak'
        return withFiles(world, { [path]: regular(path, kubeadm) })
      },
      code: 'manifest',
      message: /^a second kube-apiserver manifest is in the same folder as /,
    },
    {
      name: 'a log directory that is a file',
      drift: (world) => withFiles(world, { [logFolder]: regular(logFolder, '') }),
      code: 'host',
      message: /audit is a file, but has to be a directory$/,
    },
    {
      name: 'a policy that is a directory',
      drift: (world) => withFiles(world, { [policy]: directoryAt(policy) }),
      code: 'host',
      message: /audit-policy.yaml is a directory, but has to be a file$/,
    },
  ])('$name', async ({ drift, code, message, why }) => {
    const error = await refusal(planWorld(drift(bare), auditTasks))
    expect(error).toMatchObject({ code, where: { host: 'cp1' } })
    expect(error.message).toMatch(message)
    expect(error.where.task).toBeDefined()
    if (why !== undefined) expect(error.why).toMatch(why)
  })

  test('a dot file beside the manifest is ignored, as the kubelet does', async () => {
    const path = '/etc/kubernetes/manifests/.kube-apiserver.yaml.swp'
    const world = withFiles(right, { [path]: regular(path, kubeadm) })
    expect((await planWorld(world, auditTasks)).changes).toEqual([])
  })
})

describe('tasks of a user', () => {
  const edits = defineTask({
    name: 'request timeout',
    params: z.object({}),
    gather: (host) => ({ manifest: host.file(manifest) }),
    plan: ({ facts }) => {
      if (facts.manifest.type !== 'regular') return []
      const text = facts.manifest.content.toString('utf8')
      const content = text.includes('--request-timeout')
        ? text
        : text.replace(/^( *- )--secure-port=.*$/m, '$&\n$1--request-timeout=59s')
      return [file({ path: manifest, content, mode: 0o600 })]
    },
  })

  test.each([
    ['before', [edits, ...auditTasks]],
    ['after', [...auditTasks, edits]],
  ])('a change of the manifest %s ours: both stay, one after the other', async (_name, tasks) => {
    const plan = await planWorld(bare, tasks)
    const [first, second] = plan.changes.filter(
      (change) => change.kind === 'file' && change.path === manifest,
    )
    if (first?.kind !== 'file' || second?.kind !== 'file') throw new Error('two changes were expected')
    expect(second.before).toEqual(first.after)
    expect(second.after.content).toContain('--request-timeout=59s')
    expect(second.after.content).toContain('--audit-log-maxage=30')
    expect((await planWorld(performed(bare, plan), tasks)).changes).toEqual([])
  })

  const same = (name: string, content: string) =>
    defineTask({
      name,
      params: z.object({}),
      gather: (host) => ({ it: host.file('/etc/motd') }),
      plan: () => [file({ path: '/etc/motd', content, mode: 0o644 })],
    })

  test('two tasks that want the same of one file are one change', async () => {
    const plan = await planWorld(bare, [same('one', 'x'), same('two', 'x')])
    expect(plan.changes.map((change) => change.task)).toEqual(['one'])
  })

  test('a task sees the facts as the tasks before it plan to change them', async () => {
    const seen: string[] = []
    const reads = defineTask({
      name: 'reads',
      params: z.object({}),
      gather: (host) => ({ it: host.file('/etc/motd'), all: host.folder('/etc') }),
      plan: ({ facts }) => {
        seen.push(facts.it.type === 'regular' ? facts.it.content.toString('utf8') : facts.it.type)
        const [entry] = facts.all.entries
        seen.push(entry?.type === 'regular' ? entry.content.toString('utf8') : 'no entry')
        return []
      },
    })
    const world = withFiles(bare, { '/etc/motd': regular('/etc/motd', 'old') })
    await planWorld(withFiles(world, { '/etc/kubernetes': undefined }), [same('one', 'new'), reads])
    expect(seen).toEqual(['new', 'new'])
    expect(contentOf(world, '/etc/motd')).toBe('old')
  })

  test.each([
    ['a file', () => file({ path: '/etc/x', content: '', mode: 0o644 }), 'host.file'],
    ['a directory', () => directory({ path: '/etc/x', mode: 0o755 }), 'host.file'],
    ['a template', () => template({ path: '/etc/x', template: 'preempt-k8s', mode: 0o644 }), 'host.file'],
    [
      'a static pod',
      () => staticPod({ path: '/etc/x', component: 'x', flags: {}, mounts: [], volumes: [], checksums: {} }),
      'gatherStaticPod',
    ],
  ])('%s that was not gathered is a fault of the task, and says which', async (_name, desired, remedy) => {
    const careless = defineTask({
      name: 'careless',
      params: z.object({
        audit_policy_template: TemplateReference.default('preempt-k8s'),
        audit_policy_namespaces: z.array(z.string()).default(['default']),
      }),
      gather: () => ({}),
      plan: () => [desired()],
    })
    const error = await refusal(planWorld(bare, [careless]))
    expect(error).toMatchObject({
      code: 'internal',
      where: { host: 'cp1', task: 'careless', path: '/etc/x' },
    })
    expect(error.message).toContain('but did not gather it')
    expect(error.remedy).toContain(remedy)
  })

  test('what a task throws is a fault of that task', async () => {
    const throws = defineTask({
      name: 'throws',
      params: z.object({}),
      gather: () => ({}),
      plan: () => {
        throw new TypeError('x is not a function')
      },
    })
    expect(await refusal(planWorld(bare, [throws]))).toMatchObject({
      code: 'internal',
      message: 'x is not a function',
      where: { host: 'cp1', task: 'throws' },
    })
  })
})

test('for a policy in a folder that does not exist, the folder is made first', async () => {
  const values = { audit_policy_file: '/etc/kubernetes/audit/policy.yaml' }
  const plan = await planWorld(bare, auditTasks, values)
  expect(summary(plan)).toEqual([
    `directory ${logFolder}`,
    'directory /etc/kubernetes/audit',
    'file /etc/kubernetes/audit/policy.yaml',
    ...restart,
  ])
  expect((await planWorld(performed(bare, plan), auditTasks, values)).changes).toEqual([])
})

test('warnings of the policy are part of the plan, and refuse nothing', async () => {
  const values = { audit_policy_namespaces: ['default', 'default-'.slice(0, -1)] }
  const plan = await planWorld(bare, auditTasks, values)
  expect(plan.changes).toHaveLength(4)
  expect(plan.warnings).toEqual((await planWorld(bare, auditTasks, values)).warnings)
})
