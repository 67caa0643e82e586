import { afterAll, beforeAll, expect, test } from 'vitest'
import { Report } from '../../src/index.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'
import { runPlanewright } from '../support/command.ts'

let host: ControlPlane
let inventory: string
let before: string

beforeAll(async () => {
  host = await startControlPlane()
  inventory = await host.writeInventory()
  before = await host.listing()
})

afterAll(async () => {
  // None of these tests may have changed the host.
  expect(await host.listing()).toBe(before)
  await host[Symbol.asyncDispose]()
})

test.each([
  ['plan', 2, 'pending'],
  ['verify', 2, 'pending'],
  ['apply', 1, 'failed'],
] as const)('%s prints nothing but a JSON report on stdout', async (verb, exitCode, status) => {
  const result = await runPlanewright([verb, '-i', inventory, '--output', 'json'])
  expect(result.exitCode).toBe(exitCode)
  const printed: unknown = JSON.parse(result.stdout)
  const report = Report.parse(printed)
  // The schema drops fields that it does not know, so this finds fields that are not in the schema.
  expect(report).toEqual(printed)
  expect(report).toMatchObject({
    verb,
    exitCode,
    error: null,
    hosts: [{ host: 'cp1', status, undone: false }],
  })
  const [found] = report.hosts
  expect(found?.changes.map((change) => `${change.kind} ${change.path}`)).toEqual([
    'directory /var/log/kubernetes/audit',
    'file /etc/kubernetes/audit-policy.yaml',
    'file /etc/kubernetes/manifests/kube-apiserver.yaml',
    'restart /etc/kubernetes/manifests/kube-apiserver.yaml',
  ])
  expect(found?.cluster).toMatch(/^[0-9a-f]{64}$/)
  expect(result.stderr).toContain('RECAP')
  expect(result.stderr).toContain('survey')
})

test('the text output is on stderr, with a diff only for --diff', async () => {
  const plain = await runPlanewright(['plan', '-i', inventory])
  expect(plain).toMatchObject({ exitCode: 2, stdout: '' })
  expect(plain.stderr).not.toContain('+++ after')
  const diff = await runPlanewright(['plan', '-i', inventory, '--diff'])
  expect(diff).toMatchObject({ exitCode: 2, stdout: '' })
  expect(diff.stderr).toMatch(/^ *\+\+\+ after: \/etc\/kubernetes\/audit-policy\.yaml$/m)
  expect(diff.stderr).toMatch(/^cp1 : ok=4 changed=3 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0$/m)
})

test('as an operator who becomes root, the same plan', async () => {
  const file = await host.writeInventory({ ansible_user: 'operator', ansible_become: true })
  const result = await runPlanewright(['plan', '-i', file, '--output', 'json'])
  expect(result.exitCode).toBe(2)
  expect(Report.parse(JSON.parse(result.stdout)).hosts[0]?.changes).toHaveLength(4)
})

test('an error before any host is in the report as well', async () => {
  const result = await runPlanewright(['plan', '--output', 'json'])
  expect(result.exitCode).toBe(64)
  const printed: unknown = JSON.parse(result.stdout)
  expect(Report.parse(printed)).toEqual(printed)
  expect(printed).toMatchObject({ hosts: [], error: { code: 'usage' }, exitCode: 64 })
})

test('-vvv adds the stack trace, and less does not', async () => {
  const quiet = await runPlanewright(['plan', '-vv'])
  expect(quiet.stderr).not.toMatch(/^ +at /m)
  const loud = await runPlanewright(['plan', '-vvv'])
  expect(loud.stderr).toMatch(/^ +at /m)
})

test('no colours without a terminal', async () => {
  const { stderr } = await runPlanewright(['plan', '-i', inventory, '--diff'])
  expect(stderr).not.toContain('\u001b[')
})

test('--help and --version end well, on stdout', async () => {
  const help = await runPlanewright(['--help'])
  expect(help).toMatchObject({ exitCode: 0, stderr: '' })
  for (const verb of ['plan', 'apply', 'verify']) expect(help.stdout).toContain(verb)
  expect(await runPlanewright(['--version'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
  })
})
