import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Report } from '../../src/index.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'
import { runPlanewright } from '../support/command.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'

let host: ControlPlane
let folder: string

beforeAll(async () => {
  host = await startControlPlane()
  folder = await mkdtemp(path.join(host.sshd.folder, 'input-'))
})

afterAll(() => host[Symbol.asyncDispose]())

/** A mistake, and how the command refuses it. */
interface Refusal {
  readonly name: string
  /** The host's variables in the inventory. */
  readonly variables?: Readonly<Record<string, unknown>>
  /** Files beside the inventory. */
  readonly files?: Readonly<Record<string, string>>
  /** Options after the inventory. */
  readonly args?: readonly string[]
  /** A script that runs on the host first. */
  readonly prepare?: string
  readonly exitCode: 1 | 3 | 64
  readonly code: string
  /** Texts that the command must print. */
  readonly says: readonly (string | RegExp)[]
}

/** Runs apply, and expects that it refuses, prints why, and changes nothing. */
async function refused(args: readonly string[], { exitCode, code, says }: Refusal): Promise<void> {
  const before = await host.listing()
  const result = await runPlanewright(['apply', ...args, '--output', 'json'])
  const report = Report.parse(JSON.parse(result.stdout))
  const errors = [report.error, ...report.hosts.map((one) => one.error)].filter((error) => error !== null)
  expect({ errors: errors.map((error) => error.code), exitCode: result.exitCode }).toEqual({
    errors: [code],
    exitCode,
  })
  expect(report.exitCode).toBe(exitCode)
  expect(errors[0]?.what).not.toBe('')
  for (const words of says) expect(result.stderr).toMatch(words)
  expect(result.stderr).toContain('error: ')
  expect(await host.listing()).toBe(before)
}

async function refuse(refusal: Refusal): Promise<void> {
  for (const [name, content] of Object.entries(refusal.files ?? {})) {
    await writeFile(path.join(host.sshd.folder, name), content)
  }
  if (refusal.prepare !== undefined) await host.run(refusal.prepare)
  const inventory = await host.writeInventory(refusal.variables)
  await refused(['-i', inventory, ...(refusal.args ?? [])], refusal)
}

describe('the call', () => {
  const usage = { exitCode: 64, code: 'usage' } as const

  test('no inventory', async () => {
    await refused([], { ...usage, name: '', says: [/no inventory was given/i, '-i'] })
  })

  test('an inventory that is not there', async () => {
    await refused(['-i', '/nowhere.yaml'], {
      ...usage,
      name: '',
      says: ['there is no inventory /nowhere.yaml'],
    })
  })

  test.each<Refusal>([
    { ...usage, name: 'a limit that matches nothing', args: ['-l', 'cp9'], says: ['cp9'] },
    {
      ...usage,
      name: 'a limit that leaves nothing',
      args: ['-l', 'all:!cp1'],
      says: ['the limit all, !cp1 matches no host'],
    },
    { ...usage, name: 'a limit file that is not there', args: ['-l', '@/none'], says: ['/none'] },
    {
      ...usage,
      name: 'extra variables without a value',
      args: ['-e', 'audit_log_maxage'],
      says: ['audit_log_maxage'],
    },
    {
      ...usage,
      name: 'a file of extra variables that is not there',
      args: ['-e', '@/none'],
      says: ['/none'],
    },
  ])('$name', refuse)

  test.each([
    ['an unknown verb', ['mend'], /unknown command 'mend'/],
    ['an unknown option', ['apply', '--fast'], /unknown option '--fast'/],
    ['no number of forks', ['apply', '--forks', '0'], /whole number above 0/],
    ['an unknown form of output', ['plan', '--output', 'xml'], /json/],
    ['a proof of a plan', ['plan', '--no-proof'], /unknown option/],
    ['no verb', [], /Usage: planewright/],
  ])('%s', async (_name, args, says) => {
    const { exitCode, stdout, stderr } = await runPlanewright(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
    expect(stderr).toMatch(says)
  })
})

describe('the inventory', () => {
  const inventoryOf = async (text: string) => {
    const file = path.join(folder, 'hosts.yaml')
    await writeFile(file, text)
    return file
  }

  test('a syntax error, with its line', async () => {
    const file = await inventoryOf('all:\n  hosts:\n    cp1: {ansible_host: [}\n')
    await refused(['-i', file], { name: '', exitCode: 1, code: 'inventory', says: [/hosts\.yaml:3/] })
  })

  test('no control planes in it', async () => {
    const file = await inventoryOf('all: {hosts: {cp1: }, children: {kube_control_plane: }}\n')
    await refused(['-i', file], { name: '', exitCode: 64, code: 'usage', says: ['kube_control_plane'] })
  })

  test('two hosts with one address', async () => {
    const file = await inventoryOf(
      `all: {children: {kube_control_plane: {hosts: {cp1: {ansible_host: 192.0.2.1}, cp2: {ansible_host: 192.0.2.1}}}}}`,
    )
    const says = ['cp1', 'cp2', '192.0.2.1']
    await refused(['-i', file], { name: '', exitCode: 1, code: 'inventory', says })
  })
})

// These tests run at the same time, because none of them reaches the host.
describe.concurrent('variables', () => {
  const variable = { exitCode: 1, code: 'variable' } as const
  test.each<Refusal>([
    {
      ...variable,
      name: 'an unknown one of our own prefix',
      variables: { audit_webhook: 'x' },
      says: ['audit_webhook'],
    },
    {
      ...variable,
      name: 'a misspelt one',
      variables: { audit_log_maxsise: 5 },
      says: ['audit_log_maxsise', 'audit_log_maxsize'],
    },
    {
      ...variable,
      name: 'a misspelt one on the command line',
      args: ['-e', 'audit_log_pth=/x/y'],
      says: ['audit_log_pth', 'audit_log_path'],
    },
    {
      ...variable,
      name: 'text where a number should be',
      variables: { audit_log_maxage: 'thirty' },
      says: ['audit_log_maxage has to be a whole number; it is "thirty"', /hosts-\d+\.yaml:\d+/],
    },
    {
      ...variable,
      name: 'a negative number',
      variables: { audit_log_maxage: -1 },
      says: ['audit_log_maxage must not be negative; it is -1'],
    },
    {
      ...variable,
      name: 'a negative number on the command line',
      args: ['-e', 'audit_log_maxage=-1'],
      says: ['audit_log_maxage has to be a whole number'],
    },
    {
      ...variable,
      name: 'a fraction',
      variables: { audit_log_maxbackup: 1.5 },
      says: ['audit_log_maxbackup has to be a whole number'],
    },
    {
      ...variable,
      name: 'a size of 0',
      variables: { audit_log_maxsize: 0 },
      says: ['audit_log_maxsize must not be 0'],
    },
    {
      ...variable,
      name: 'an unknown format',
      variables: { audit_log_format: 'yaml' },
      says: ['audit_log_format has to be json or legacy'],
    },
    {
      ...variable,
      name: 'a list where text should be',
      variables: { audit_log_path: ['/x/y'] },
      says: ['audit_log_path has to be text'],
    },
    {
      ...variable,
      name: 'text where a list should be',
      variables: { audit_policy_namespaces: 'default' },
      says: ['audit_policy_namespaces has to be a list of namespaces'],
    },
    {
      ...variable,
      name: 'no namespaces',
      variables: { audit_policy_namespaces: [] },
      says: ['audit_policy_namespaces must not be empty'],
    },
    {
      ...variable,
      name: 'a relative path',
      variables: { audit_policy_file: 'policy.yaml' },
      says: ['audit_policy_file has to be an absolute path'],
    },
    {
      ...variable,
      name: 'a path with a newline',
      variables: { audit_policy_file: '/etc/x\ny' },
      says: ['audit_policy_file must not contain a newline'],
    },
    {
      ...variable,
      name: 'a path with ..',
      variables: { audit_policy_file: '/etc/../x' },
      says: ['audit_policy_file must not contain . or ..'],
    },
    {
      ...variable,
      name: 'a path with a colon',
      variables: { audit_log_path: '/var/log/a:b/c.log' },
      says: ['audit_log_path must not contain a colon'],
    },
    {
      ...variable,
      name: 'stdout for a log',
      variables: { audit_log_path: '-' },
      says: ['audit_log_path has to be an absolute path'],
    },
    {
      ...variable,
      name: 'a log right below the root',
      variables: { audit_log_path: '/audit.log' },
      says: ['audit_log_path has to be in a folder of its own'],
    },
    {
      ...variable,
      name: 'a log among the logs of others',
      variables: { audit_log_path: '/var/log/audit.log' },
      says: ['audit_log_path has to be in a folder of its own'],
    },
    {
      ...variable,
      name: 'a policy where the kubelet looks for pods',
      variables: { audit_policy_file: '/etc/kubernetes/manifests/audit-policy.yaml' },
      says: ['audit_policy_file must not be in the folder of manifests'],
    },
    {
      ...variable,
      name: 'a Jinja expression',
      variables: { audit_log_maxage: '{{ days }}' },
      says: ['audit_log_maxage'],
    },
    {
      ...variable,
      name: 'a port that is none',
      variables: { ansible_port: 70_000 },
      says: ['ansible_port has to be a port'],
    },
  ])('$name', refuse)
})

describe('the template', () => {
  const template = { exitCode: 1, code: 'template' } as const
  const policy = { exitCode: 1, code: 'policy' } as const
  const own = { variables: { audit_policy_template: './policy.yaml.hbs' } }
  const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n'

  test.each<Refusal>([
    {
      ...template,
      name: 'is missing',
      variables: { audit_policy_template: 'no-such' },
      says: ['there is no template no-such', 'preempt-k8s'],
    },
    {
      ...template,
      name: 'is a missing file',
      variables: { audit_policy_template: './none.yaml.hbs' },
      says: ['there is no template ./none.yaml.hbs'],
    },
    {
      ...template,
      ...own,
      name: 'has an unknown variable',
      files: { 'policy.yaml.hbs': `${head}rules:\n  - level: {{audit_levl}}\n` },
      says: ['audit_levl', /policy\.yaml\.hbs:4/],
    },
    {
      ...template,
      ...own,
      name: 'is no Handlebars',
      files: { 'policy.yaml.hbs': '{{#if x}}\n' },
      says: [/policy\.yaml\.hbs/],
    },
    {
      ...policy,
      ...own,
      name: 'renders no YAML',
      files: { 'policy.yaml.hbs': 'rules: [\n' },
      says: [/policy\.yaml\.hbs:\d/],
    },
    {
      ...policy,
      ...own,
      name: 'renders no Policy',
      files: { 'policy.yaml.hbs': 'apiVersion: v1\nkind: ConfigMap\n' },
      says: [/kind|apiVersion/],
    },
    {
      ...policy,
      ...own,
      name: 'has an unknown level',
      files: { 'policy.yaml.hbs': `${head}rules:\n  - level: Everything\n` },
      says: ['there is no level "Everything"', /policy\.yaml\.hbs:4/],
    },
    {
      ...policy,
      ...own,
      name: 'has no rules',
      files: { 'policy.yaml.hbs': `${head}rules: []\n` },
      says: ['a policy needs at least one rule'],
    },
    {
      ...policy,
      ...own,
      name: 'has rules that are all None',
      files: { 'policy.yaml.hbs': `${head}rules:\n  - level: None\n` },
      says: ['no rule of this policy can ever log anything'],
    },
  ])('$name', refuse)
})

describe('the connection', () => {
  const unreachable = { exitCode: 3, code: 'unreachable' } as const

  test('an unreachable port', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    const { port } = await new Promise<AddressInfo>((resolve) => {
      server.once('listening', () => {
        resolve(server.address() as AddressInfo)
      })
    })
    await new Promise((resolve) => server.close(resolve))
    await refuse({ ...unreachable, name: '', variables: { ansible_port: port }, says: [String(port)] })
  })

  test('an unknown host key', async () => {
    const file = path.join(folder, 'known_hosts')
    await writeFile(file, '')
    const variables = { planewright_known_hosts_file: file }
    await refuse({ name: '', exitCode: 3, code: 'host-key', variables, says: [file] })
  })

  test('a changed host key', async () => {
    const file = path.join(folder, 'known_hosts')
    const { publicKey } = generateKeyPairSync('ed25519')
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    const part = (bytes: Buffer) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return Buffer.concat([length, bytes])
    }
    const blob = Buffer.concat([part(Buffer.from('ssh-ed25519')), part(raw)]).toString('base64')
    await writeFile(file, `[${host.sshd.address}]:${host.sshd.port} ssh-ed25519 ${blob}\n`)
    const variables = { planewright_known_hosts_file: file }
    await refuse({ name: '', exitCode: 3, code: 'host-key', variables, says: [file] })
  })

  test('a wrong key', async () => {
    const file = path.join(folder, 'other')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await writeFile(file, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 })
    const variables = { ansible_ssh_private_key_file: file }
    await refuse({ name: '', exitCode: 3, code: 'authentication', variables, says: ['root'] })
    await rm(file)
    await refuse({ name: '', exitCode: 3, code: 'authentication', variables, says: [file] })
  })

  test.each<Refusal>([
    {
      name: 'a sudo that wants a password',
      variables: { ansible_user: 'plain', ansible_become: true },
      exitCode: 3,
      code: 'become',
      says: ['plain cannot become root', 'password', 'NOPASSWD'],
    },
    {
      name: 'a user whom sudo does not know',
      variables: { ansible_user: 'stranger', ansible_become: true },
      exitCode: 3,
      code: 'become',
      says: ['stranger cannot become root'],
    },
    {
      name: 'a user who is not root, and does not ask to be',
      variables: { ansible_user: 'operator' },
      exitCode: 3,
      code: 'become',
      says: ['planewright has to be root on the host', 'ansible_become'],
    },
  ])('$name', refuse)
})

describe('the host', () => {
  const wrong = { exitCode: 1, code: 'manifest' } as const
  const obstructed = { exitCode: 1, code: 'host' } as const

  afterEach(() => host.reset())

  test.each<Refusal>([
    {
      ...wrong,
      name: 'has no manifest',
      prepare: `rm ${manifest}`,
      says: [`there is no kube-apiserver manifest at ${manifest}`, 'kube_apiserver_manifest'],
    },
    {
      ...wrong,
      name: 'has a manifest that is a directory',
      prepare: `rm ${manifest}; mkdir ${manifest}`,
      says: ['a directory is at this path'],
    },
    {
      ...wrong,
      name: 'has a manifest that is no YAML',
      prepare: `printf 'a: [' >${manifest}`,
      says: [manifest, /kube-apiserver\.yaml/],
    },
    {
      ...wrong,
      name: 'has a manifest that is empty',
      prepare: `: >${manifest}`,
      says: [manifest],
    },
    {
      ...wrong,
      name: 'has a manifest that is no Pod',
      prepare: `printf 'apiVersion: v1\\nkind: ConfigMap\\n' >${manifest}`,
      says: ['not a valid Pod', 'kind'],
    },
    {
      ...wrong,
      name: 'has a manifest without kube-apiserver',
      prepare: `sed -i 's/kube-apiserver/etcd/' ${manifest}`,
      says: ['has no container kube-apiserver'],
    },
    {
      ...wrong,
      name: 'has a second manifest of kube-apiserver',
      prepare: `cp ${manifest} ${manifest}.bak`,
      says: ['a second kube-apiserver manifest is in the same folder as', `${manifest}.bak`],
    },
    {
      ...obstructed,
      name: 'has a file where the log directory should be',
      prepare: 'mkdir /var/log/kubernetes; echo >/var/log/kubernetes/audit',
      says: ['/var/log/kubernetes/audit is a file, but has to be a directory'],
    },
    {
      ...obstructed,
      name: 'has a directory where the policy should be',
      prepare: 'mkdir /etc/kubernetes/audit-policy.yaml',
      says: ['audit-policy.yaml is a directory, but has to be a file'],
    },
    {
      ...obstructed,
      name: 'has a dangling link where the policy should be',
      prepare: 'ln -s /nowhere /etc/kubernetes/audit-policy.yaml',
      says: ['audit-policy.yaml is a symbolic link, but has to be a file'],
    },
    {
      ...obstructed,
      name: 'has something far too large where the policy should be',
      prepare: 'truncate -s 100M /etc/kubernetes/audit-policy.yaml',
      says: ['cannot read /etc/kubernetes/audit-policy.yaml', 'larger than'],
    },
    {
      ...obstructed,
      name: 'has no kubelet that would restart anything',
      says: ['no kubelet runs on the host', 'Nothing was written'],
    },
  ])('$name', refuse)
})
