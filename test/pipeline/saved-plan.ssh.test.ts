import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { apply, loadInventory, loadSavedPlan, plan, savedPlanText, type SavedPlan } from '../../src/index.ts'
import { auditLogDirectory, auditPolicy } from '../../tasks/index.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'

const policy = '/etc/kubernetes/audit-policy.yaml'

/** The tasks that need no restart, and therefore no kubelet. */
const tasks = [auditLogDirectory, auditPolicy]

let host: ControlPlane

beforeAll(async () => {
  host = await startControlPlane()
})

afterAll(() => host[Symbol.asyncDispose]())

beforeEach(() => host.reset())

async function inventory(variables = {}) {
  return loadInventory({ sources: [await host.writeInventory(variables)] })
}

/** Plans now, and returns the plan as it is read from its file. */
async function agreed(): Promise<SavedPlan> {
  const { save } = await plan({ inventory: await inventory(), tasks })
  const file = path.join(host.sshd.folder, 'agreed.plan')
  await writeFile(file, savedPlanText(await save()), { mode: 0o600 })
  return loadSavedPlan(file)
}

test('performs the saved plan; a second time nothing is left to do, and a warning says so', async () => {
  const saved = await agreed()
  const options = { inventory: await inventory(), tasks, saved }
  const first = await apply(options)
  expect([first.exitCode, first.hosts]).toMatchObject([0, [{ status: 'changed', changes: [{}, {}] }]])
  expect(await host.run(`cat ${policy}`)).toContain('kind: Policy')
  const second = await apply(options)
  expect([second.exitCode, second.hosts]).toMatchObject([0, [{ status: 'ok', changes: [] }]])
  // There is another warning, because no kube-apiserver runs on this host.
  expect(second.hosts[0]?.warnings).toContain(
    'the saved plan has been performed here already: nothing is due any more',
  )
})

test('refuses the plan if somebody else has already made one of its changes', async () => {
  const saved = await agreed()
  await host.run('mkdir -p -m 755 /var/log/kubernetes/audit')
  const { exitCode, hosts } = await apply({ inventory: await inventory(), tasks, saved })
  expect([exitCode, hosts]).toMatchObject([1, [{ status: 'failed', undone: false }]])
  expect(hosts[0]?.error?.why).toBe('directory /var/log/kubernetes/audit: planned, and not due any more')
  expect(await host.run(`test -e ${policy} || echo none`)).toBe('none\n')
})

test('refuses the plan while a transaction is open, and leaves that as it is', async () => {
  const saved = await agreed()
  const id = '20261128T030000000Z-0123ab'
  await host.run(`mkdir -p -m 700 /var/lib/planewright && echo ${id} >/var/lib/planewright/open`)
  const { exitCode, hosts } = await apply({ inventory: await inventory(), tasks, saved })
  expect([exitCode, hosts[0]?.error?.why]).toEqual([1, `transaction ${id} is open`])
  expect(await host.run('cat /var/lib/planewright/open')).toBe(`${id}\n`)
  const { save } = await plan({ inventory: await inventory(), tasks })
  await expect(save()).rejects.toMatchObject({
    code: 'saved-plan',
    why: `cp1 has an open transaction: ${id}`,
  })
})

test('refuses the plan before it asks any host, if a host was added to the inventory', async () => {
  const saved = await agreed()
  const more = await loadInventory({ sources: [await host.writeInventory(), 'cp2,'] })
  const groups = new Map([...more.groups, ['kube_control_plane', ['cp1', 'cp2']] as const])
  await expect(apply({ inventory: { ...more, groups }, tasks, saved })).rejects.toMatchObject({
    code: 'saved-plan',
    why: 'cp2 is in the inventory now, and is not in the plan',
  })
})
