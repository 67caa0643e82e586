import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import type { ConnectionTarget } from '../../src/connection/target.ts'
import { checkAddresses, connectionTarget } from '../../src/inventory/connection-target.ts'
import type { Host } from '../../src/inventory/inventory.ts'
import { refusalOf } from './written-files.ts'

const defaults = { user: 'me', knownHostsFile: '/home/me/.ssh/known_hosts' }

function hostWith(values: Readonly<Record<string, unknown>>): Host {
  const source = { file: 'hosts.yaml', line: 3, column: 5, description: 'hosts.yaml:3:5' }
  const variables = Object.entries(values).map(
    ([name, value]) => [name, { value, source, baseDirectory: '/lab' }] as const,
  )
  return { name: 'cp1', groups: ['all'], variables: new Map(variables) }
}

const plain: ConnectionTarget = {
  name: 'cp1',
  address: 'cp1',
  port: 22,
  user: 'me',
  knownHostsFile: '/home/me/.ssh/known_hosts',
  become: false,
}

describe('a host is reached', () => {
  test.each<[Record<string, unknown>, Partial<ConnectionTarget>]>([
    [{}, {}],
    [{ ansible_host: '192.0.2.1' }, { address: '192.0.2.1' }],
    [{ ansible_host: '[2001:db8::1]' }, { address: '2001:db8::1' }],
    [{ ansible_host: null, ansible_port: null }, {}],
    [{ ansible_port: 2222 }, { port: 2222 }],
    [{ ansible_port: '2222' }, { port: 2222 }],
    [{ ansible_user: 'root' }, { user: 'root' }],
    [
      { ansible_ssh_host: 'a', ansible_ssh_port: 1, ansible_ssh_user: 'u' },
      { address: 'a', port: 1, user: 'u' },
    ],
    [{ ansible_ssh_user: 'wins', ansible_user: 'loses' }, { user: 'wins' }],
    [{ ansible_ssh_private_key_file: '/k' }, { privateKeyFile: '/k' }],
    [{ ansible_private_key_file: 'keys/k' }, { privateKeyFile: '/lab/keys/k' }],
    [
      { ansible_ssh_private_key_file: '/wins', ansible_private_key_file: '/loses' },
      { privateKeyFile: '/wins' },
    ],
    [{ ansible_ssh_private_key_file: '~/.ssh/k' }, { privateKeyFile: join(homedir(), '.ssh/k') }],
    [{ planewright_known_hosts_file: '../known' }, { knownHostsFile: '/known' }],
    [{ ansible_become: true }, { become: true }],
    [{ ansible_become: 'YES' }, { become: true }],
    [{ ansible_become: 'true' }, { become: true }],
    [{ ansible_become: 1 }, { become: true }],
    [{ ansible_become: 'off' }, { become: false }],
    [{ ansible_become: 0 }, { become: false }],
    [{ ansible_connection: 'ssh', ansible_become_method: 'sudo', ansible_become_user: 'root' }, {}],
    [{ ansible_connection: 'ansible.builtin.ssh', ansible_ssh_common_args: '', ansible_password: null }, {}],
    [{ ansible_python_interpreter: '/usr/bin/python3', note: '{{ anything }}' }, {}],
  ])('%j', (values, target) => {
    expect(connectionTarget(hostWith(values), defaults)).toEqual({ ...plain, ...target })
  })
})

const where = { host: 'cp1', file: 'hosts.yaml', line: 3, column: 5 }

describe('a wrong value is refused with its place', () => {
  test.each<[string, unknown, string]>([
    ['ansible_port', 0, 'has to be a port'],
    ['ansible_port', 65_536, 'has to be a port'],
    ['ansible_port', 22.5, 'has to be a port'],
    ['ansible_port', true, 'has to be a port'],
    ['ansible_port', '22x', 'has to be a port'],
    ['ansible_port', '', 'has to be a port'],
    ['ansible_port', [22], 'has to be a port'],
    ['ansible_ssh_port', 'ssh', 'has to be a port'],
    ['ansible_host', 1342, 'has to be text'],
    ['ansible_host', '', 'has to be text without spaces'],
    ['ansible_host', 'a b', 'has to be text without spaces'],
    ['ansible_user', 1000, 'has to be text'],
    ['ansible_user', 'a\nb', 'has to be text without spaces'],
    ['ansible_become', 'maybe', 'has to be true or false'],
    ['ansible_become', 2, 'has to be true or false'],
    ['ansible_ssh_private_key_file', false, 'has to be the path of a file'],
    ['ansible_ssh_private_key_file', '', 'has to be the path of a file'],
    ['ansible_private_key_file', '~root/k', 'must not name the home of another user'],
    ['planewright_known_hosts_file', 7, 'has to be the path of a file'],
  ])('%s: %j', async (name, value, problem) => {
    expect(await refusalOf(() => connectionTarget(hostWith({ [name]: value }), defaults))).toMatchObject({
      code: 'variable',
      message: `${name} ${problem}`,
      where,
      why: `It is ${JSON.stringify(value)}, in hosts.yaml:3:5.`,
    })
  })

  test.each([
    'ansible_host',
    'ansible_port',
    'ansible_user',
    'ansible_become',
    'planewright_known_hosts_file',
  ])('Jinja in %s', async (name) => {
    expect(await refusalOf(() => connectionTarget(hostWith({ [name]: '{{ x }}' }), defaults))).toMatchObject({
      code: 'variable',
      message: `${name} is a Jinja template`,
      where,
      why: 'Its value, in hosts.yaml:3:5, has {{ }}, {% %} or {# #} in it. planewright does not evaluate Jinja.',
    })
  })
})

describe('what planewright does not follow is refused with a reason and a way out', () => {
  test.each<[string, string, string, RegExp, RegExp]>([
    [
      'ansible_ssh_common_args',
      '-o ProxyJump=b',
      'ansible_ssh_common_args is refused',
      /planewright does not call ssh/,
      /run planewright on the bastion/,
    ],
    [
      'ansible_ssh_extra_args',
      '-v',
      'ansible_ssh_extra_args is refused',
      /planewright does not call ssh/,
      /ansible_ssh_private_key_file/,
    ],
    [
      'ansible_ssh_args',
      '-C',
      'ansible_ssh_args is refused',
      /planewright does not call ssh/,
      /planewright_known_hosts_file/,
    ],
    [
      'ansible_connection',
      'docker',
      'ansible_connection other than ssh is refused',
      /over SSH only/,
      /set it to ssh/,
    ],
    [
      'ansible_connection',
      'local',
      'ansible_connection other than ssh is refused',
      /over SSH only/,
      /set it to ssh/,
    ],
    [
      'ansible_become_method',
      'su',
      'ansible_become_method other than sudo is refused',
      /uses only sudo/,
      /set it to sudo/,
    ],
    [
      'ansible_become_user',
      'admin',
      'ansible_become_user other than root is refused',
      /belong to root/,
      /set it to root/,
    ],
    ['ansible_become_password', 's3cret', 'ansible_become_password is refused', /no passwords/, /NOPASSWD/],
    ['ansible_become_pass', 's3cret', 'ansible_become_pass is refused', /no passwords/, /NOPASSWD/],
    ['ansible_password', 's3cret', 'ansible_password is refused', /no passwords/, /Log in with a key/],
    ['ansible_ssh_pass', 's3cret', 'ansible_ssh_pass is refused', /no passwords/, /Log in with a key/],
    ['ansible_ssh_private_key', 's3cret', 'ansible_ssh_private_key is refused', /a secret/, /agent/],
  ])('%s: %s', async (name, value, message, why, remedy) => {
    const error = await refusalOf(() => connectionTarget(hostWith({ [name]: value }), defaults))
    expect(error).toMatchObject({ code: 'variable', message, where })
    expect(error.why).toMatch(why)
    expect(error.remedy).toMatch(remedy)
  })

  it('without showing the secret', async () => {
    const host = hostWith({ ansible_become_password: 's3cret' })
    const error = await refusalOf(() => connectionTarget(host, defaults))
    const { message, why, remedy, where: place, stack } = error
    expect(JSON.stringify([message, why, remedy, place, stack])).not.toContain('s3cret')
  })
})

describe('addresses', () => {
  const at = (name: string, address: string, port = 22): ConnectionTarget => ({
    ...plain,
    name,
    address,
    port,
  })

  test.each<[string, ConnectionTarget, ConnectionTarget]>([
    ['the same', at('a', '192.0.2.1'), at('b', '192.0.2.1')],
    ['the same name in another case', at('a', 'CP1.example'), at('b', 'cp1.example')],
    ['the same name with a dot at its end', at('a', 'cp1.example.'), at('b', 'cp1.example')],
    ['the same IPv6 address in another spelling', at('a', '2001:db8::1'), at('b', '2001:DB8:0:0::0001')],
  ])('%s are refused', async (_what, first, second) => {
    expect(
      await refusalOf(() => {
        checkAddresses([first, at('other', 'else'), second])
      }),
    ).toMatchObject({
      code: 'inventory',
      message: 'the hosts a and b have the same address',
      why: `Both are ${second.address}, port 22.`,
      remedy: 'Correct ansible_host or ansible_port for one of them, or remove it.',
    })
  })

  it('may be one with different ports', () => {
    expect(() => {
      checkAddresses([at('a', 'h', 22), at('b', 'h', 23), at('c', 'i', 22)])
    }).not.toThrow()
  })
})
