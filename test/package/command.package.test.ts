import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { execa } from 'execa'
import manifest from '../../package.json' with { type: 'json' }
import { version } from '../../src/version.ts'
import type { Sshd } from '../support/sshd.ts'
import { startHost } from './host.ts'
import { installPackage, runInstalled, type Installed } from './installed.ts'
import { supported, tooOld } from './nodes.ts'

const verbs = ['plan', 'apply', 'history', 'rollback', 'verify', 'prepare']
const id = '20261124T000000000Z-0123ab'

let installed: Installed
let sshd: Sshd

beforeAll(async () => {
  installed = await installPackage()
  sshd = await startHost(installed.folder)
})

afterAll(async () => {
  await sshd.stop()
  await installed[Symbol.asyncDispose]()
})

/** The Nodes with their names, such as `v24.21.0`. */
const nodes = await Promise.all(
  supported.map(async (node) => ({ node, name: (await execa(node, ['--version'])).stdout })),
)

describe.each(nodes)('the installed command on Node $name', ({ node }) => {
  const planewright = (...args: readonly string[]) => runInstalled(installed, node, args)

  test('says its version', async () => {
    expect(await planewright('--version')).toEqual({ exitCode: 0, stdout: version, stderr: '' })
  })

  test('has all verbs in its help, and help for each', async () => {
    const { stdout } = await planewright('--help')
    expect([...stdout.matchAll(/^ {2}([a-z]+) \[options\]/gm)].map(([, verb]) => verb).toSorted()).toEqual(
      verbs.toSorted(),
    )
    for (const verb of verbs) {
      const help = await planewright(verb, '--help')
      expect(help).toMatchObject({ exitCode: 0, stderr: '' })
      expect(help.stdout).toContain(`Usage: planewright ${verb} `)
    }
  })

  test('refuses an inventory that does not exist, as wrong usage', async () => {
    const { exitCode, stderr } = await planewright('plan', '-i', 'missing.yaml')
    expect(stderr).toContain('missing.yaml')
    expect(exitCode).toBe(64)
  })

  test('refuses a template that does not exist, and names those in the package', async () => {
    const wrong = ['-e', 'audit_policy_template=typo']
    const { exitCode, stderr } = await planewright('plan', '-i', 'cp1,', '-l', 'all', ...wrong)
    expect(stderr).toContain('preempt-k8s')
    expect(exitCode).toBe(1)
  })

  test('plans a host with the template in the package', async () => {
    const { exitCode, stdout } = await planewright('plan', '-i', 'hosts.yaml', '--output', 'json')
    const report = JSON.parse(stdout) as {
      readonly hosts: readonly { readonly changes: readonly { path: string }[] }[]
    }
    expect(report.hosts[0]?.changes.map((change) => change.path)).toEqual([
      '/var/log/kubernetes/audit',
      '/etc/kubernetes/audit-policy.yaml',
      '/etc/kubernetes/manifests/kube-apiserver.yaml',
      '/etc/kubernetes/manifests/kube-apiserver.yaml',
    ])
    expect(exitCode).toBe(2)
  })

  test.each([
    ['apply', 1, 'no kubelet runs on the host'],
    ['verify', 2, 'RECAP'],
    ['prepare', 1, 'the host is already a control plane'],
    ['rollback cp1', 1, 'no transaction is kept on this host'],
  ])('ends %s where the host ends it, with exit code %i', async (verb, code, words) => {
    const { exitCode, stderr } = await planewright(...verb.split(' '), '-i', 'hosts.yaml')
    expect(stderr).toContain(words)
    expect(exitCode).toBe(code)
  })

  test('prints the transactions that a host keeps', async () => {
    const folder = `/var/lib/planewright/${id}`
    const origin = `'a@b\\n\\n2026-11-24T00:00:00Z\\n1 1\\na test\\n'`
    await sshd.exec(`mkdir -p ${folder} && cd ${folder} && echo undone >state && printf ${origin} >origin`)
    const { exitCode, stdout, stderr } = await planewright('history', 'cp1', '-i', 'hosts.yaml')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe(`cp1\n  ${id}  undone  2026-11-24T00:00:00Z  a@b\n      a test`)
    await sshd.exec('rm -r /var/lib/planewright')
  })

  test('performs a transaction and rolls it back, with the scripts in the package', async () => {
    const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
    const policy = 'test -e /etc/kubernetes/audit-policy.yaml'
    await sshd.exec(`mv ${manifest} /root/`)
    expect(await planewright('prepare', '-i', 'hosts.yaml')).toMatchObject({ exitCode: 0 })
    expect((await sshd.exec(policy)).code).toBe(0)
    expect(await planewright('rollback', 'cp1', '-i', 'hosts.yaml')).toMatchObject({ exitCode: 0 })
    expect((await sshd.exec(policy)).code).toBe(1)
    await sshd.exec(
      `mv /root/kube-apiserver.yaml ${manifest}; rm -r /var/lib/planewright /var/log/kubernetes`,
    )
  })
})

describe.skipIf(tooOld === undefined)('the installed command on a Node that is too old', () => {
  test('says in one sentence which Node it needs', async () => {
    expect(await runInstalled(installed, tooOld ?? '', ['plan', '-i', 'hosts.yaml'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `planewright needs Node.js ${manifest.engines.node.replace('>=', '')} or newer, and this is Node.js 12.22.12.`,
    })
  })
})
