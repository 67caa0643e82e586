import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { loadInventory } from '../../src/inventory/inventory.ts'
import { loadWritten, noVariables, refusalOf, writeFiles } from './written-files.ts'

interface Refusal {
  readonly text: string
  readonly message: string
  readonly at: readonly [line: number, column?: number]
  readonly why?: string | RegExp
  readonly remedy?: string | RegExp
}

const refusals: Readonly<Record<string, Refusal>> = {
  'a syntax error': {
    text: 'all:\n  hosts:\n    a: [1, 2\n    b:\n',
    message: 'the YAML is not valid',
    at: [4, 5],
    why: /Flow sequence in block collection must be sufficiently indented/,
  },
  'a tab': {
    text: 'all:\n\thosts:\n',
    message: 'the YAML is not valid',
    at: [2, 1],
    why: 'Tabs are not allowed as indentation',
  },
  'a key written twice': {
    text: 'all:\n  hosts:\n    a:\n    b:\n    a:\n',
    message: 'the YAML is not valid',
    at: [5, 5],
    why: 'a is already in line 3',
  },
  'two documents': {
    text: 'all: {hosts: {a: }}\n---\nall: {}\n',
    message: 'the YAML is not valid',
    at: [2, 1],
    why: 'The file has more than one document (---).',
  },
  'an alias inside of its anchor': {
    text: 'all: &x\n  children: {g: *x}\n',
    message: 'the YAML is not valid',
    at: [2, 17],
    why: '*x is inside of &x',
  },
  'an alias of nothing': {
    text: 'all: {hosts: *nothing}\n',
    message: 'the YAML is not valid',
    at: [1, 14],
    why: 'There is no &nothing before this *nothing',
  },
  'a merge of no mapping': {
    text: 'all:\n  hosts:\n    <<: [a]\n',
    message: 'the YAML is not valid',
    at: [3, 9],
    why: '<< can merge only a mapping or a list of mappings',
  },
  'an unknown tag': {
    text: 'all:\n  vars:\n    x: !lookup y\n',
    message: 'the YAML has something that cannot be read',
    at: [3, 8],
    why: 'Unresolved tag: !lookup',
  },
  'a vaulted value': {
    text: 'all:\n  vars:\n    secret: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162\n  hosts: {a: }\n',
    message: 'the file or value is encrypted with Ansible Vault, which planewright does not open',
    at: [3],
    remedy: /only Ansible reads/,
  },
  'a vault': {
    text: '$ANSIBLE_VAULT;1.1;AES256\n6162\n',
    message: 'the file or value is encrypted with Ansible Vault, which planewright does not open',
    at: [1, 1],
  },
  'the INI form': {
    text: '[kube_control_plane]\ncp1 ansible_host=192.0.2.1\n',
    message: '{file} is an inventory in INI form',
    at: [1],
    why: 'planewright reads only the YAML form of Ansible inventories.',
    remedy: 'Convert it: ansible-inventory -i {file} --list --yaml >hosts.yaml',
  },
  'the INI form with hosts first': {
    text: '; all of them\ncp1 ansible_host=192.0.2.1\ncp2\n\n[web]\n',
    message: '{file} is an inventory in INI form',
    at: [1],
  },
  'a plain list of names': {
    text: 'cp1\ncp2\n',
    message: '{file} is an inventory in INI form',
    at: [1],
  },
  'a script': {
    text: '#!/bin/sh\necho {}\n',
    message: "{file} is a program or a plugin's configuration, not a list of hosts",
    at: [1, 1],
    remedy: 'Write its hosts to a file: ansible-inventory -i {file} --list --yaml >hosts.yaml',
  },
  "a plugin's configuration": {
    text: '# of a cloud\nplugin: amazon.aws.aws_ec2\n',
    message: "{file} is a program or a plugin's configuration, not a list of hosts",
    at: [2, 1],
  },
  'a list': {
    text: '- cp1\n- cp2\n',
    message: '{file} is not an inventory',
    at: [1, 1],
    why: 'Its top level is a list, and has to be a mapping of groups.',
  },
  'hosts outside of a group': {
    text: 'hosts:\n  cp1:\n',
    message: 'hosts: is outside of any group',
    at: [1, 1],
    remedy: 'Write all: above it, and indent it.',
  },
  'a misspelt key of a group': {
    text: 'all:\n  children:\n    g:\n      hots:\n        a:\n',
    message: 'the group g has an unknown key hots',
    at: [4, 7],
    why: 'A group can have only the keys hosts, vars and children.',
    remedy: 'Did you mean hosts?',
  },
  'a host where a key of the group should be': {
    text: 'kube_control_plane:\n  cp1:\n    ansible_host: 192.0.2.1\n',
    message: 'the group kube_control_plane has an unknown key cp1',
    at: [2, 3],
    remedy:
      'Put cp1 below hosts: if it is a host, below children: if it is a group, below vars: if it is a variable.',
  },
  'hosts as a list': {
    text: 'all:\n  hosts:\n    - a\n    - b\n',
    message: 'hosts: has to contain a mapping',
    at: [2, 3],
    why: 'It is a list.',
    remedy: 'Write each name on its own line, with a colon after it and no dash before it.',
  },
  'children as a list': {
    text: 'all:\n  children: [a]\n',
    message: 'children: has to contain a mapping',
    at: [2, 3],
  },
  'a group that is text': {
    text: 'all: nobody\n',
    message: 'the group all has to contain a mapping',
    at: [1, 1],
    why: 'It is text.',
  },
  'variables as a list': {
    text: 'all:\n  vars:\n    - x: 1\n',
    message: 'variables have to be a mapping',
    at: [3, 5],
    why: 'This is a list.',
  },
  'a host that is text': {
    text: 'all:\n  hosts:\n    a: 192.0.2.1\n',
    message: 'variables have to be a mapping',
    at: [3, 8],
    why: 'This is text.',
  },
  'a host whose name is a number': {
    text: 'all:\n  hosts:\n    1:\n',
    message: 'the name of a host has to be text',
    at: [3, 5],
    why: 'YAML reads it as a number.',
  },
  'a group whose name is a boolean': {
    text: 'all:\n  children:\n    on: {hosts: {a: }}\n',
    message: 'the name of a group has to be text',
    at: [3, 5],
    why: 'YAML reads it as a boolean.',
  },
  'a variable whose name is a number': {
    text: 'all:\n  vars:\n    1: x\n',
    message: 'the name of a variable has to be text',
    at: [3, 5],
  },
  'a range that cannot be counted': {
    text: 'all:\n  hosts:\n    n[1:]:\n',
    message: 'the host range in n[1:] cannot be read',
    at: [3, 5],
    why: 'the range has no end.',
  },
  'a group that is its own child': {
    text: 'g:\n  children:\n    g:\n',
    message: 'the groups g and g contain each other',
    at: [3, 5],
    why: 'g is its own child.',
  },
  'groups in a circle': {
    text: 'a:\n  children:\n    b:\nb:\n  children:\n    c:\nc:\n  children:\n    a:\n',
    message: 'the groups c and a contain each other',
    at: [9, 5],
    why: 'c is already below a.',
  },
  'a priority that is no number': {
    text: 'g:\n  vars:\n    ansible_group_priority: high\n',
    message: 'ansible_group_priority has to be a whole number',
    at: [3, 5],
    why: 'It is "high".',
  },
}

describe('what an inventory file cannot be', () => {
  test.each(Object.entries(refusals))('%s', async (_what, { text, message, at, why, remedy }) => {
    const folder = await writeFiles({ 'hosts.yaml': text })
    const file = join(folder, 'hosts.yaml')
    const error = await refusalOf(() => loadInventory({ sources: [file], extraVariables: noVariables }))
    const [line, column] = at
    expect(error.message).toBe(message.replace('{file}', file))
    expect(error.code).toBe(message.startsWith('ansible_') ? 'variable' : 'inventory')
    expect(error.where).toMatchObject({ file, line, ...(column === undefined ? {} : { column }) })
    if (typeof why === 'string') expect(error.why).toBe(why)
    else if (why !== undefined) expect(error.why).toMatch(why)
    if (typeof remedy === 'string') expect(error.remedy).toBe(remedy.replace('{file}', file))
    else if (remedy !== undefined) expect(error.remedy).toMatch(remedy)
  })
})

describe('what cannot be a source', () => {
  it('none at all', async () => {
    expect(await refusalOf(() => loadInventory({ sources: [], extraVariables: noVariables }))).toMatchObject({
      code: 'usage',
      message: 'no inventory was given',
      remedy: 'Give a YAML file or a folder (-i hosts.yaml), or a list of hosts with a comma (-i cp1,cp2).',
    })
  })

  it('a file that does not exist', async () => {
    expect(
      await refusalOf(() => loadInventory({ sources: ['cp1'], extraVariables: noVariables })),
    ).toMatchObject({
      code: 'usage',
      message: 'there is no inventory cp1',
      remedy: 'Correct the path after -i. A list of hosts needs a comma, even for one host: -i cp1,',
    })
  })

  it('a folder with nothing to read', async () => {
    const error = await refusalOf(() => loadWritten({ 'lab/group_vars/all.yaml': 'x: 1' }, ['lab']))
    expect(error.code).toBe('inventory')
    expect(error.message).toMatch(/^there is no inventory file in the folder .*lab$/)
  })

  test.each(['all:\n', 'all: {children: {g: }}', '{}'])('an inventory without hosts: %j', async (text) => {
    expect(await refusalOf(() => loadWritten({ 'hosts.yaml': text }))).toMatchObject({
      code: 'inventory',
      message: 'the inventory has no hosts',
    })
  })

  it('a file that is not text', async () => {
    const error = await refusalOf(() => loadWritten({ 'hosts.yaml': Uint8Array.of(0x61, 0xff, 0xfe) }))
    expect(error).toMatchObject({ code: 'inventory', why: 'It has bytes that are not valid UTF-8.' })
    expect(error.where.file).toMatch(/hosts\.yaml$/)
  })

  it('an INI file in a folder, which must not be passed over', async () => {
    const files = { 'lab/hosts.yaml': 'all: {hosts: {a: }}', 'lab/more.ini': '[g]\nb\n' }
    expect((await refusalOf(() => loadWritten(files, ['lab']))).message).toMatch(
      /more\.ini is an inventory in INI form$/,
    )
  })

  it('a host and a group with the same name', async () => {
    expect(await refusalOf(() => loadWritten({ 'hosts.yaml': 'lab: {hosts: {lab: }}' }))).toMatchObject({
      code: 'inventory',
      message: 'lab is the name of both a host and a group',
    })
  })
})

describe('what group_vars cannot be', () => {
  const hosts = 'g: {hosts: {a: }}'

  test.each<[string, string, string, object]>([
    ['a syntax error', 'x: 1\ny: [', 'the YAML is not valid', { line: 2 }],
    [
      'a vault',
      '$ANSIBLE_VAULT;1.1;AES256\n61\n',
      'the file or value is encrypted with Ansible Vault, which planewright does not open',
      { line: 1, column: 1 },
    ],
    ['a list', '\n- x: 1\n', 'variables have to be a mapping', { line: 2, column: 1 }],
    ['a variable written twice', 'x: 1\nx: 2\n', 'the YAML is not valid', { line: 2, column: 1 }],
  ])('%s', async (_what, text, message, where) => {
    const error = await refusalOf(() => loadWritten({ 'hosts.yaml': hosts, 'group_vars/g.yaml': text }))
    expect(error).toMatchObject({ code: 'inventory', message, where })
    expect(error.where.file).toMatch(/group_vars\/g\.yaml$/)
  })

  it('two files for one group', async () => {
    const error = await refusalOf(() =>
      loadWritten({ 'hosts.yaml': hosts, 'group_vars/g.yaml': 'x: 1', 'group_vars/g/x.yaml': 'x: 2' }),
    )
    expect(error.message).toMatch(/group_vars has both g and g\.yaml$/)
    expect(error.why).toBe('Ansible reads g only, and ignores g.yaml.')
  })
})
