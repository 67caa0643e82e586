import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  auditProof,
  defineTask,
  directory,
  file,
  hasChanges,
  loadInventory,
  openSession,
  drawPlan,
  roll,
  survey,
  proveHosts,
  z,
  type HostOutcome,
  type Plan,
  type RunEvent,
  type Session,
  type Task,
} from '../../../src/index.ts'
import { openHost } from '../../../src/engine/roll/roll.ts'
import { rollHost } from '../../../src/engine/roll/roll-host.ts'
import { auditLogDirectory, auditPolicy, auditTasks } from '../../../tasks/index.ts'
import { startControlPlane, type ControlPlane } from '../../support/control-plane.ts'

const policy = '/etc/kubernetes/audit-policy.yaml'
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'

/** The tasks that need no restart, and therefore no kubelet. */
const written = [auditLogDirectory, auditPolicy]

let host: ControlPlane

beforeAll(async () => {
  host = await startControlPlane()
})

afterAll(() => host[Symbol.asyncDispose]())

beforeEach(() => host.reset())

async function open(tasks: readonly Task[], events: RunEvent[] = []): Promise<Session> {
  const inventory = await loadInventory({
    sources: [await host.writeInventory()],
    extraVariables: new Map(),
  })
  return openSession({ inventory, tasks, listener: (event) => events.push(event) })
}

async function planned(session: Session): Promise<Plan> {
  return drawPlan(await survey(session))
}

async function rolled(session: Session, value: Plan): Promise<HostOutcome> {
  const [outcome] = await roll(session, value, { proof: 'no-proof' })
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

/** Removes planewright's own folder from a listing, because every transaction takes a lock there, and its parent's time. */
function withoutOurs(listing: string): string {
  return listing
    .split('\n')
    .filter((line) => !/^\/var\/lib(\/planewright\S*)? /.test(line))
    .join('\n')
}

/** A user's task that wants this content. */
function wants(path: string, content: string): Task {
  return defineTask({
    name: `wants ${path}`,
    params: z.object({}),
    gather: (reader) => ({ it: reader.file(path) }),
    plan: () => [file({ path, content, mode: 0o644 })],
  })
}

describe('the survey', () => {
  test('for all audit tasks and two of a user’s takes at most two round trips', async () => {
    const asks = (name: string, path: string) =>
      defineTask({
        name,
        params: z.object({}),
        gather: (reader) => ({ file: reader.file(path), folder: reader.folder('/etc/kubernetes') }),
        plan: () => [],
      })
    await using session = await open([...auditTasks, asks('one', '/etc/motd'), asks('two', '/etc/issue')])
    const { hosts, failures } = await survey(session)
    expect(failures).toEqual([])
    const [prepared] = session.hosts
    const [surveyed] = hosts
    if (prepared === undefined || surveyed === undefined) throw new Error('no host')
    expect(surveyed.gathered.size).toBe(6)
    expect(surveyed.kubelet).toBe(false)
    expect(surveyed.cluster).toBe((await host.run('sha256sum </etc/kubernetes/pki/ca.crt')).split(' ')[0])
    const connection = await session.connections.open(prepared.target)
    expect(connection.roundTrips).toBeLessThanOrEqual(2)
  })

  test('writes nothing', async () => {
    const before = await host.listing()
    await using session = await open(auditTasks)
    expect(hasChanges(await planned(session))).toBe(true)
    expect(await host.listing()).toBe(before)
  })

  test('names the task of a question that cannot be answered', async () => {
    const asks = defineTask({
      name: 'asks for memory',
      params: z.object({}),
      gather: (reader) => ({ file: reader.file('/proc/1/mem') }),
      plan: () => [],
    })
    await using session = await open([...written, asks])
    const { failures } = await survey(session)
    expect(failures[0]).toMatchObject({
      status: 'failed',
      error: { code: 'host', where: { host: 'cp1', task: 'asks for memory', path: '/proc/1/mem' } },
    })
  })
})

describe('a roll', () => {
  test('performs the plan, and a second roll finds nothing to do and writes nothing', async () => {
    const events: RunEvent[] = []
    await using session = await open(written, events)
    const first = await rolled(session, await planned(session))
    expect(first).toMatchObject({ status: 'changed', error: undefined, undone: false })
    expect(events.filter((event) => event.type === 'step-ended').map((event) => event.step)).toEqual([
      'survey',
      'gate',
      'stage',
      'write',
      'confirm',
      'check',
    ])
    expect(events.at(-1)).toEqual({ type: 'host-ended', host: 'cp1', status: 'changed' })
    expect(await host.run(`stat -c '%a %U' /var/log/kubernetes/audit ${policy}`)).toBe('755 root\n600 root\n')

    const before = await host.listing()
    await using again = await open(written)
    const value = await planned(again)
    expect(hasChanges(value)).toBe(false)
    expect(await rolled(again, value)).toMatchObject({ status: 'ok', changes: [] })
    expect(await host.listing()).toBe(before)
  })

  test('refuses a file that was edited between survey and write, shows both versions, and writes nothing', async () => {
    await host.run(`printf 'planned on\\n' >${policy}`)
    await using session = await open(written)
    const value = await planned(session)
    await host.run(`printf 'edited since\\n' >${policy}`)
    const before = withoutOurs(await host.listing())
    const outcome = await rolled(session, value)
    expect(outcome).toMatchObject({
      status: 'failed',
      undone: false,
      error: { code: 'precondition', where: { host: 'cp1', path: policy } },
    })
    expect(outcome.error?.why).toContain('-planned on')
    expect(outcome.error?.why).toContain('+edited since')
    expect(withoutOurs(await host.listing())).toBe(before)
  })

  test('changes nothing when one write cannot be staged, and says why', async () => {
    await using session = await open([...written, wants('/proc/sys/none', 'x')])
    const before = await host.run(
      `find /etc/kubernetes /var/log -printf '%p %m %U:%G %T@\\n' | grep -v planewright`,
    )
    const outcome = await rolled(session, await planned(session))
    expect(outcome).toMatchObject({ status: 'failed', undone: false, error: { code: 'change' } })
    expect(outcome.error?.message).toBe('the changes could not be staged on the host')
    const after = await host.run(
      `find /etc/kubernetes /var/log -printf '%p %m %U:%G %T@\\n' | grep -v planewright`,
    )
    // Staging may change the times of the folders themselves, but not their entries.
    const entries = (text: string) =>
      text.split('\n').filter((line) => !/^\/(etc\/kubernetes|var\/log) /.test(line))
    expect(entries(after)).toEqual(entries(before))
  })

  test('two tasks of a user may change one file, one after the other', async () => {
    const one = wants('/etc/kubernetes/shared', 'one\n')
    const adds = defineTask({
      name: 'adds',
      params: z.object({}),
      gather: (reader) => ({ it: reader.file('/etc/kubernetes/shared') }),
      plan: ({ facts }) => {
        const text = facts.it.type === 'regular' ? facts.it.content.toString('utf8') : ''
        return [file({ path: '/etc/kubernetes/shared', content: `${text}two\n`, mode: 0o644 })]
      },
    })
    await using session = await open([one, adds])
    const outcome = await rolled(session, await planned(session))
    expect(outcome.changes).toHaveLength(2)
    // The two tasks never agree, so the survey after the roll finds the first one's change again. The change stays.
    expect(await host.run('cat /etc/kubernetes/shared')).toBe('one\ntwo\n')
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'internal' } })
    expect(outcome.error?.message).toBe(`${outcome.host} still differs after the change`)
  })

  test('refuses a restart on a host without a kubelet before it writes anything', async () => {
    const before = await host.listing()
    await using session = await open(auditTasks)
    const outcome = await rolled(session, await planned(session))
    expect(outcome).toMatchObject({ status: 'failed', undone: false, error: { code: 'host' } })
    expect(outcome.error?.message).toBe('no kubelet runs on the host: nothing would restart kube-apiserver')
    expect(await host.listing()).toBe(before)
  })

  test('refuses a restart on a host without an admin.conf before it writes anything', async () => {
    const before = await host.listing()
    await using session = await open(auditTasks)
    const value = await planned(session)
    const clusters = value.clusters.map((cluster) => ({
      ...cluster,
      hosts: cluster.hosts.map((one) => ({ ...one, kubelet: true })),
    }))
    const outcome = await rolled(session, { ...value, clusters })
    expect(outcome).toMatchObject({ status: 'failed', undone: false, error: { code: 'proof' } })
    expect(outcome.error?.message).toBe('there is no /etc/kubernetes/admin.conf on the host')
    expect(await host.listing()).toBe(before)
  })

  test('skips a host if it is interrupted before that', async () => {
    const controller = new AbortController()
    await using session = { ...(await open(written)), signal: controller.signal }
    const value = await planned(session)
    controller.abort()
    const before = await host.listing()
    expect(await rolled(session, value)).toMatchObject({ status: 'skipped', error: { code: 'interrupted' } })
    expect(await host.listing()).toBe(before)
  })

  test('skips a host if it is interrupted during the gate, before the first write', async () => {
    const controller = new AbortController()
    const wanting = wants('/etc/wanted', 'wanted')
    await using session = { ...(await open([wanting])), signal: controller.signal }
    const value = await planned(session)
    const [host0] = value.clusters[0]?.hosts ?? []
    if (host0 === undefined) throw new Error('no plan')
    const before = await host.listing()
    const rolling = await openHost(session, host0)
    const gate = () => {
      controller.abort()
      return Promise.resolve()
    }
    const outcome = await rollHost({ ...rolling, gate }, { listener: session.listener, proof: 'no-proof' })
    expect(outcome).toMatchObject({ status: 'skipped', error: { code: 'interrupted' } })
    expect(await host.listing()).toBe(before)
  })

  test('reports a host whose connection was lost as unreachable, not as undone', async () => {
    await using session = await open(written)
    const value = await planned(session)
    const [prepared] = session.hosts
    if (prepared === undefined) throw new Error('no host')
    await (await session.connections.open(prepared.target)).close()
    expect(await rolled(session, value)).toMatchObject({
      status: 'unreachable',
      error: { code: 'unreachable' },
    })
  })
})

describe('verify', () => {
  test('names what differs, and proves nothing of a host that differs', async () => {
    await using session = await open(auditTasks)
    const value = await planned(session)
    const before = await host.listing()
    const outcomes = await proveHosts(session, value, { proof: 'proof' })
    expect(outcomes).toMatchObject([{ host: 'cp1', status: 'pending', proof: null }])
    expect(await host.listing()).toBe(before)
  })

  test('fails if nothing differs and the apiserver cannot be asked', async () => {
    const provable = defineTask({
      name: 'provable',
      params: z.object({}),
      gather: (reader) => ({ manifest: reader.file(manifest), policy: reader.file(policy) }),
      plan: () => [
        auditProof({ manifest, policyFile: policy, logFile: '/var/log/kubernetes/audit/audit.log' }),
      ],
    })
    await host.run(`echo 'kind: Policy' >${policy}`)
    await using session = await open([provable])
    const [outcome] = await proveHosts(session, await planned(session), { proof: 'proof' })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'proof', where: { host: 'cp1' } } })
  })
})

test('a session can be closed twice', async () => {
  const session = await open([
    defineTask({
      name: 'asks nothing',
      params: z.object({}),
      gather: () => ({}),
      plan: () => [directory({ path: '/etc/kubernetes', mode: 0o755 })],
    }),
  ])
  const value = await planned(session)
  expect(value.failures[0]?.error).toMatchObject({ code: 'internal', where: { task: 'asks nothing' } })
  await session[Symbol.asyncDispose]()
  await session[Symbol.asyncDispose]()
})
