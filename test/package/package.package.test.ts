import { execa } from 'execa'
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../src/version.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'
import { installPackage, type Installed } from './installed.ts'

let installed: Installed

beforeAll(async () => {
  installed = await installPackage()
})

afterAll(async () => {
  await installed[Symbol.asyncDispose]()
})

/** Runs the installed command, as a user has it on their PATH through npx. */
async function planewright(...args: readonly string[]) {
  const result = await execa('npx', ['--no-install', 'planewright', ...args], {
    cwd: installed.folder,
    reject: false,
    // What npm has to say of the user's own settings is not the command's.
    env: {
      npm_config_loglevel: 'error',
      PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH ?? ''}`,
    },
  })
  const { exitCode, stdout, stderr } = result
  return { exitCode, stdout, stderr }
}

/** The compiler of the user's own folder, with the settings a strict project has; nothing is skipped. */
async function compile(script: string) {
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024']
  const libraries = ['--lib', 'es2024,esnext.disposable', '--types', 'node', '--skipLibCheck', 'false']
  const { exitCode, stdout } = await execa('npx', ['--no-install', 'tsc', ...options, ...libraries, script], {
    cwd: installed.folder,
    reject: false,
  })
  return { exitCode, stdout }
}

describe('what the tarball holds', () => {
  test.each([
    'package.json',
    'npm-shrinkwrap.json',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'dist/bin.js',
    'dist/index.js',
    'dist/index.d.ts',
    'dist/tasks.js',
    'dist/tasks.d.ts',
    'dist/THIRD-PARTY-LICENSES.txt',
    'templates/preempt-k8s.yaml.hbs',
    'inventories/example/hosts.yaml',
  ])('%s', (file) => {
    expect(installed.files).toContain(file)
  })

  test('nothing else', () => {
    const wanted =
      /^(dist\/(chunks\/|packages\/)?[\w-]+\.(js|js\.map|d\.ts|txt)|(templates|inventories|docs)\/.+|[A-Z]+(\.md)?|package\.json|npm-shrinkwrap\.json)$/
    expect(installed.files.filter((file) => !wanted.test(file))).toEqual([])
  })
})

describe('the installed command', () => {
  test('says its version', async () => {
    expect(await planewright('--version')).toEqual({ exitCode: 0, stdout: version, stderr: '' })
  })

  test('refuses an inventory that is not there, as wrong usage', async () => {
    const { exitCode, stderr } = await planewright('plan', '-i', 'missing.yaml')
    expect(stderr).toContain('missing.yaml')
    expect(exitCode).toBe(64)
  })

  test('refuses a template that is not there, and names those that come with it', async () => {
    const { exitCode, stderr } = await planewright(
      'plan',
      '-i',
      'cp1,',
      '-l',
      'all',
      '-e',
      'audit_policy_template=typo',
    )
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('preempt-k8s') as string,
    })
  })
})

describe('on a host', () => {
  const id = '20261124T000000000Z-0123ab'
  let sshd: Sshd

  beforeAll(async () => {
    sshd = await startSshd({ name: 'cp1' })
    const kubeadm = path.join(import.meta.dirname, '..', 'manifest', 'fixtures', 'kubeadm.yaml')
    const manifest = Buffer.from(await readFile(kubeadm)).toString('base64')
    const folder = '/etc/kubernetes/manifests'
    await sshd.exec(`mkdir -p ${folder} && echo ${manifest} | base64 -d > ${folder}/kube-apiserver.yaml`)
    const settings = { ansible_host: sshd.address, ansible_port: sshd.port, ansible_user: 'root' }
    const files = { ansible_ssh_private_key_file: 'key', planewright_known_hosts_file: 'known_hosts' }
    const inventory = { kube_control_plane: { hosts: { cp1: { ...settings, ...files } } } }
    await cp(sshd.privateKeyFile, path.join(installed.folder, 'key'))
    await cp(sshd.knownHostsFile, path.join(installed.folder, 'known_hosts'))
    // JSON is YAML.
    await writeFile(path.join(installed.folder, 'hosts.yaml'), JSON.stringify(inventory))
  })

  afterAll(() => sshd.stop())

  test('the command plans with the template that came with it', async () => {
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

  test('the command and the library tell its transactions, by the scripts that came with them', async () => {
    const keep = `mkdir -p /var/lib/planewright/${id} && cd /var/lib/planewright/${id} && echo undone >state`
    await sshd.exec(`${keep} && printf 'a@b\n\n2026-11-24T00:00:00Z\n1 1\na test\n' >origin`)
    const { exitCode, stdout, stderr } = await planewright('history', 'cp1', '-i', 'hosts.yaml')
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe(`cp1\n  ${id}  undone  2026-11-24T00:00:00Z  a@b\n      a test`)
    const script = await execa(process.execPath, ['take-back.ts', 'hosts.yaml', 'cp1'], {
      cwd: installed.folder,
      reject: false,
    })
    const nothing = 'no transaction is kept on this host: there is nothing to roll back to'
    expect(script.stdout).toBe(`cp1 ${id} undone\ncp1 failed 0 changes ${nothing}`)
    expect(script.exitCode).toBe(1)
    await sshd.exec('rm -r /var/lib/planewright')
  })

  test('the script that uses the library fails where a host fails: no kubelet would restart anything', async () => {
    const script = ['own-task.ts', 'hosts.yaml']
    const { exitCode, stdout } = await execa(process.execPath, script, {
      cwd: installed.folder,
      reject: false,
    })
    expect(stdout).toMatch(/^cp1 failed 5 changes .*kubelet/)
    expect(exitCode).toBe(1)
  })
})

// A compiler of its own each time: on a busy machine that takes a minute.
describe('the types', { timeout: 300_000 }, () => {
  test.each(['apply.ts', 'own-task.ts', 'take-back.ts'])('carry a script of a user: %s', async (script) => {
    expect(await compile(script)).toEqual({ exitCode: 0, stdout: '' })
  })

  test('refuse a mistake in it', async () => {
    const script = await readFile(path.join(installed.folder, 'own-task.ts'), 'utf8')
    await writeFile(path.join(installed.folder, 'mistake.ts'), script.replace('mode: 0o644', "mode: '0644'"))
    const { exitCode, stdout } = await compile('mistake.ts')
    expect(stdout).toMatch(
      /^mistake\.ts\(11,\d+\): error TS2322: Type 'string' is not assignable to type 'number'/,
    )
    expect(exitCode).not.toBe(0)
  })
})
