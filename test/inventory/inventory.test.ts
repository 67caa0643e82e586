import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { loadInventory } from '../../src/inventory/inventory.ts'
import { loadText, loadWritten, noVariables, valuesOf, writeFiles } from './written-files.ts'

describe('groups and hosts', () => {
  it('reads hosts, groups and variables with their places', async () => {
    const folder = await writeFiles({
      'hosts.yaml':
        'all:\n  children:\n    kube_control_plane:\n      hosts:\n        cp1:\n          port: 1\n        cp2:\n',
    })
    const file = join(folder, 'hosts.yaml')
    const inventory = await loadInventory({ sources: [file], extraVariables: noVariables })
    expect(inventory.sources).toEqual([file])
    expect(inventory.hosts.map(({ name }) => name)).toEqual(['cp1', 'cp2'])
    expect(inventory.hosts[0]?.groups).toEqual(['all', 'kube_control_plane'])
    expect(inventory.hosts[0]?.variables.get('port')).toEqual({
      value: 1,
      source: { file, line: 6, column: 11, description: `${file}:6:11` },
      baseDirectory: folder,
    })
    expect(Object.fromEntries(inventory.groups)).toEqual({
      all: ['cp1', 'cp2'],
      ungrouped: [],
      kube_control_plane: ['cp1', 'cp2'],
    })
  })

  test.each<[string, string, Record<string, readonly string[]>]>([
    [
      'hosts in no group are ungrouped',
      'all: {hosts: {a: , b: }, children: {g: {hosts: {b: }}}}',
      { all: ['a', 'b'], ungrouped: ['a'], g: ['b'] },
    ],
    [
      'groups beside all are below it',
      'all: {hosts: {a: }}\ng: {hosts: {b: }}',
      { all: ['a', 'b'], ungrouped: ['a'], g: ['b'] },
    ],
    [
      'a group has the hosts of its children',
      'outer: {children: {inner: {hosts: {a: }}}}',
      { outer: ['a'], inner: ['a'] },
    ],
    [
      'a group may be below several others',
      'one: {children: {shared: }}\ntwo: {children: {shared: {hosts: {a: }}}}',
      { one: ['a'], two: ['a'], shared: ['a'] },
    ],
    [
      'a group may be written in several places',
      'one: {children: {g: {hosts: {a: }}}}\ng: {hosts: {b: }}',
      { g: ['a', 'b'], one: ['a', 'b'] },
    ],
    ['an empty group is there', 'all: {hosts: {a: }, children: {none: }}', { none: [] }],
    ['a single name needs no mapping', 'g: {hosts: a}', { g: ['a'] }],
    ['ranges are spread', 'g: {hosts: {"n[1:3].x": }}', { g: ['n1.x', 'n2.x', 'n3.x'] }],
    [
      'aliases are followed',
      'one: {hosts: &hosts {a: , b: }}\ntwo: {hosts: *hosts}',
      { one: ['a', 'b'], two: ['a', 'b'] },
    ],
    [
      'merge keys are followed',
      'one: {hosts: &hosts {a: }}\ntwo: {hosts: {<<: *hosts, b: }}',
      { two: ['a', 'b'] },
    ],
  ])('%s', async (_what, text, groups) => {
    expect(Object.fromEntries((await loadText(text)).groups)).toMatchObject(groups)
  })

  test.each<[string, string, string, unknown]>([
    ['a port behind the name', 'all: {hosts: {"a:2222": }}', 'a', { ansible_port: 2222 }],
    [
      'a port behind the name, and another',
      'all: {hosts: {"a:2222": {ansible_port: 23}}}',
      'a',
      { ansible_port: 23 },
    ],
    [
      'a port behind a name that is known',
      'all: {hosts: {a: }, children: {g: {hosts: {"a:2222": }}}}',
      'a',
      {},
    ],
    ['variables of a range', 'all: {hosts: {"a[1:2]": {x: 1}}}', 'a2', { x: 1 }],
    [
      'whole values are replaced',
      'all: {vars: {x: {p: 1, q: 2}}, hosts: {a: {x: {p: 3}}}}',
      'a',
      { x: { p: 3 } },
    ],
    [
      'the later entry of a host wins',
      'all: {children: {g: {hosts: {a: {x: 1}}}}, hosts: {a: {x: 2}}}',
      'a',
      { x: 2 },
    ],
    [
      'the later entry of a host wins',
      'all: {hosts: {a: {x: 2}}, children: {g: {hosts: {a: {x: 1}}}}}',
      'a',
      { x: 1 },
    ],
  ])('%s: %s', async (_what, text, host, values) => {
    expect(valuesOf(await loadText(text), host)).toEqual(values)
  })
})

describe('sources', () => {
  it('reads the files of a folder in the order of their names, with group_vars, without backups and hidden files', async () => {
    const inventory = await loadWritten(
      {
        'lab/20-second.yml': 'all: {hosts: {b: }, vars: {x: second}}',
        'lab/10-first.yaml': 'all: {hosts: {a: }, vars: {x: first}}',
        'lab/30-third/more.json': '{"all": {"hosts": {"c": null}}}',
        'lab/group_vars/all.yml': 'y: beside\n',
        'lab/.hidden.yaml': '[',
        'lab/hosts.yaml~': '[',
        'lab/hosts.bak': '[',
        'lab/hosts.orig': '[',
        'lab/ansible.cfg': '[defaults]',
        'lab/hosts.retry': '[',
        'lab/README.md': '[',
      },
      ['lab'],
    )
    expect(inventory.hosts.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
    expect(valuesOf(inventory, 'c')).toEqual({ x: 'second', y: 'beside' })
  })

  it('joins several sources', async () => {
    const inventory = await loadWritten(
      { 'one.yaml': 'g: {hosts: {a: {x: 1}}}', 'two.yaml': 'g: {hosts: {b: , a: {y: 2}}}' },
      ['one.yaml', 'two.yaml'],
    )
    expect(inventory.groups.get('g')).toEqual(['a', 'b'])
    expect(valuesOf(inventory, 'a')).toEqual({ x: 1, y: 2 })
  })

  it('reads a list of hosts, and variables only from other sources', async () => {
    const folder = await writeFiles({ 'hosts.yaml': 'all: {hosts: {a: {x: 1}}}' })
    const inventory = await loadInventory({
      sources: [join(folder, 'hosts.yaml'), ' a, b:2222,,2001:db8::1 ,'],
      extraVariables: noVariables,
    })
    expect(inventory.hosts.map(({ name }) => name)).toEqual(['a', 'b', '2001:db8::1'])
    expect(valuesOf(inventory, 'a')).toEqual({ x: 1 })
    expect(valuesOf(inventory, 'b')).toEqual({ ansible_port: 2222 })
  })

  it('reads one host with a comma as a list', async () => {
    const { hosts } = await loadInventory({ sources: ['only,'], extraVariables: noVariables })
    expect(hosts).toEqual([{ name: 'only', groups: ['all', 'ungrouped'], variables: new Map() }])
  })

  it('reads a file with a byte order mark', async () => {
    expect((await loadText('\ufeffall: {hosts: {a: }}')).hosts).toHaveLength(1)
  })
})

describe('group_vars and host_vars', () => {
  test.each([
    ['without an ending', { 'group_vars/g': 'x: 1' }],
    ['.yml', { 'group_vars/g.yml': 'x: 1' }],
    ['.yaml', { 'group_vars/g.yaml': 'x: 1' }],
    ['.json', { 'group_vars/g.json': '{"x": 1}' }],
    ['a folder', { 'group_vars/g/any.yaml': 'x: 1' }],
    [
      'a folder, by name, later ones winning',
      {
        'group_vars/g/b.yml': 'x: 1',
        'group_vars/g/a.yml': 'x: 0',
        'group_vars/g/c.txt': '[',
        'group_vars/g/.d.yml': '[',
      },
    ],
    ['a folder in a folder', { 'group_vars/g/deep/any.yaml': 'x: 1' }],
    ['host_vars', { 'host_vars/a.b.yaml': 'x: 1' }],
    ['an empty file beside', { 'group_vars/g.yaml': 'x: 1', 'host_vars/a.b.yaml': '# nothing\n' }],
  ])('%s', async (_what, files: Record<string, string>) => {
    const inventory = await loadWritten({ 'hosts.yaml': 'g: {hosts: {a.b: }}', ...files })
    expect(valuesOf(inventory, 'a.b')).toEqual({ x: 1 })
  })

  it('reads paths in them relative to the inventory', async () => {
    const folder = await writeFiles({
      'lab/hosts.yaml': 'g: {hosts: {a: }}',
      'lab/group_vars/g/x.yaml': '\nx: 1',
    })
    const { hosts } = await loadInventory({ sources: [join(folder, 'lab')], extraVariables: noVariables })
    const file = join(folder, 'lab/group_vars/g/x.yaml')
    expect(hosts[0]?.variables.get('x')).toMatchObject({
      source: { file, line: 2, column: 1 },
      baseDirectory: join(folder, 'lab'),
    })
  })
})
