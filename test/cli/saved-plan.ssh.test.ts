import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPlanewright, runReport } from '../support/command.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'

// No apiserver runs on this host, so planewright cannot read the stored configuration.
const unasked = ['-e', 'audit_kubeadm_config=false']

let host: ControlPlane
let inventory: string
let folder: string
let file: string

beforeAll(async () => {
  host = await startControlPlane()
  inventory = await host.writeInventory()
  folder = await mkdtemp(path.join(tmpdir(), 'planewright-test-'))
  file = path.join(folder, 'agreed.plan')
})

afterAll(async () => {
  await rm(folder, { recursive: true })
  await host[Symbol.asyncDispose]()
})

test('a plan that is not complete is printed and not saved', async () => {
  const { exitCode, stderr } = await runPlanewright(['plan', '-i', inventory, '--out', file])
  expect(stderr).toContain(`file ${manifest}`)
  expect(stderr).toContain('error: the plan is not saved, because it is not complete')
  expect(stderr).toContain('the cluster of cp1: the cluster cannot be asked for its stored configuration')
  expect(exitCode).toBe(1)
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a complete plan is saved in a file that only its owner can read, and the host does not change', async () => {
  const before = await host.listing()
  const { exitCode, stderr } = await runPlanewright(['plan', '-i', inventory, ...unasked, '--out', file])
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`--plan '${file}'`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await host.listing()).toBe(before)
})

test('after an edit of a file and of a variable, apply refuses the plan, names both, and writes nothing', async () => {
  await host.run(`sed -i 's/NodeRestriction/NodeRestriction,AlwaysPullImages/' ${manifest}`)
  const before = await host.listing()
  const edited = await host.writeInventory({ audit_log_maxage: 7 })
  const { exitCode, report } = await runReport(['apply', '-i', edited, ...unasked, '--plan', file])
  expect(exitCode).toBe(1)
  expect(report.hosts).toMatchObject([
    { host: 'cp1', status: 'failed', undone: false, error: { code: 'saved-plan' } },
  ])
  const why = report.hosts[0]?.error?.why?.split('\n')
  expect(why).toContain('the variable audit_log_maxage has changed')
  expect(why?.join('\n')).toMatch(
    /file \S+kube-apiserver\.yaml has changed since the plan was saved: content: it was sha256 \w{12}, and is sha256 \w{12} now/,
  )
  expect(await host.listing()).toBe(before)
  await host.reset()
})

test('if nothing has changed, apply performs the saved plan', async () => {
  const { exitCode, report } = await runReport(['apply', '-i', inventory, ...unasked, '--plan', file])
  expect(report.hosts).toMatchObject([
    { error: { code: 'host', what: expect.stringContaining('no kubelet runs') as string } },
  ])
  expect(exitCode).toBe(1)
})

test.each<[string, () => readonly string[] | Promise<readonly string[]>, number, string]>([
  [
    'a limit beside it',
    () => [...unasked, '-l', 'cp1', '--plan', file],
    64,
    'a saved plan says itself which hosts it is for',
  ],
  [
    'a variable that is not given',
    () => ['--plan', file],
    1,
    'it was planned with -e audit_kubeadm_config=…',
  ],
  ['a file that is not there', () => ['--plan', path.join(folder, 'none')], 64, 'there is no saved plan'],
  [
    'a file that is something else',
    async () => {
      await writeFile(path.join(folder, 'other'), '{"planewright": "0.1.0"}')
      return ['--plan', path.join(folder, 'other')]
    },
    1,
    'It is not a file that planewright plan --out has written.',
  ],
])('apply --plan refuses before it asks any host: %s', async (_, options, code, words) => {
  const { exitCode, stderr } = await runPlanewright(['apply', '-i', inventory, ...(await options())])
  expect(stderr).toContain(words)
  expect(stderr).not.toContain('survey')
  expect(exitCode).toBe(code)
})

test('plan --out refuses a path that cannot be written before it asks any host', async () => {
  const place = path.join(folder, 'none', 'agreed.plan')
  const { exitCode, stderr } = await runPlanewright(['plan', '-i', inventory, '--out', place])
  expect(stderr).toContain(`the plan cannot be written to ${place}`)
  expect(stderr).not.toContain('survey')
  expect(exitCode).toBe(64)
})
