import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { globToRegExp } from '../../src/inventory/glob.ts'
import { splitPattern } from '../../src/inventory/host-pattern.ts'
import type { Inventory } from '../../src/inventory/inventory.ts'
import { hostsPurpose, limitPurpose, readPatterns, selectHosts } from '../../src/inventory/pattern.ts'
import { loadText, refusalOf, writeFiles } from './written-files.ts'

async function loadLab(): Promise<Inventory> {
  return loadText(`
    all:
      children:
        kube_control_plane:
          children:
            lab: {hosts: {lab-cp1: , lab-cp2: , lab-cp3: }}
            prod: {hosts: {prod-cp1.example: , prod-cp2.example: }}
        kube_node: {hosts: {lab-node1: , lab-cp1: }}
        maintenance:
  `)
}

async function select(...limit: readonly string[]): Promise<string> {
  return selectOf([], limit)
}

/** The named hosts that the limit leaves. */
async function selectOf(named: readonly string[], limited: readonly string[]): Promise<string> {
  const hosts = await readPatterns(named, hostsPurpose, '/')
  const limit = await readPatterns(limited, limitPurpose, '/')
  const selected = selectHosts(await loadLab(), { group: 'kube_control_plane', hosts, limit })
  return selected.map(({ name }) => name).join(' ')
}

describe('limits', () => {
  const everything = 'lab-cp1 lab-cp2 lab-cp3 prod-cp1.example prod-cp2.example'

  test.each<[string, string]>([
    ['all', everything],
    ['*', everything],
    ['lab-cp2', 'lab-cp2'],
    ['lab', 'lab-cp1 lab-cp2 lab-cp3'],
    ['prod-cp1.example,lab-cp3', 'lab-cp3 prod-cp1.example'],
    ['prod-cp1.example:lab-cp3', 'lab-cp3 prod-cp1.example'],
    [' lab-cp1 , lab-cp2 ,', 'lab-cp1 lab-cp2'],
    ['lab:&kube_node', 'lab-cp1'],
    ['&kube_node', 'lab-cp1'],
    ['lab:!lab-cp2', 'lab-cp1 lab-cp3'],
    ['!lab', 'prod-cp1.example prod-cp2.example'],
    ['!lab-cp2:lab', 'lab-cp1 lab-cp3'],
    ['!maintenance', everything],
    ['lab-*', 'lab-cp1 lab-cp2 lab-cp3'],
    ['*.example', 'prod-cp1.example prod-cp2.example'],
    ['lab-cp?', 'lab-cp1 lab-cp2 lab-cp3'],
    ['lab-cp[!2]', 'lab-cp1 lab-cp3'],
    ['*cp[13]*', 'lab-cp1 lab-cp3 prod-cp1.example'],
    ['lab[0]', 'lab-cp1'],
    ['lab[-1]', 'lab-cp3'],
    ['lab[0:1]', 'lab-cp1 lab-cp2'],
    ['lab[1:]', 'lab-cp2 lab-cp3'],
    ['lab[0-1]', 'lab-cp1 lab-cp2'],
    ['kube_control_plane[2:3]', 'lab-cp3 prod-cp1.example'],
    ['lab[0]:prod[0]', 'lab-cp1 prod-cp1.example'],
    ['~(lab|prod)-cp1', 'lab-cp1 prod-cp1.example'],
    ['~.*cp[23]', 'lab-cp2 lab-cp3 prod-cp2.example'],
    ['lab-cp1,kube_node', 'lab-cp1'],
  ])('%s', async (limit, hosts) => {
    expect(await select(limit)).toBe(hosts)
  })

  it('of several, the hosts are joined', async () => {
    expect(await select('lab-cp1', 'prod:!prod-cp1.example')).toBe('lab-cp1 prod-cp2.example')
  })

  it('with none, all hosts of the group are meant, in its order', async () => {
    expect(await select()).toBe(everything)
  })

  it('may stand in a file, one a line', async () => {
    const folder = await writeFiles({ failed: '# failed\nlab-cp1\n\nprod:!prod-cp1.example\n' })
    expect(await select(`@${join(folder, 'failed')}`)).toBe('lab-cp1 prod-cp2.example')
    expect(await select(`@${join(folder, 'failed')}:lab-cp3`)).toBe('lab-cp1 lab-cp3 prod-cp2.example')
    expect(await select(`@${join(folder, 'failed')},lab-cp3`)).toBe('lab-cp1 lab-cp3 prod-cp2.example')
  })

  test.each(['a file', 'a,file', 'a:file', 'prod:!file'])('may stand in a file called %j', async (name) => {
    const folder = await writeFiles({ [name]: 'lab-cp1\n', prod: 'lab-cp2\n' })
    expect(await select(`@${join(folder, name)}`)).toBe('lab-cp1')
  })

  it('names the whole path of a file that does not exist', async () => {
    expect(await refusalOf(() => select('@/no where,at:all'))).toMatchObject({
      message: 'there is no limit file /no where,at:all',
    })
  })
})

const names =
  'Hosts: lab-cp1, lab-cp2, lab-cp3, prod-cp1.example, prod-cp2.example, lab-node1. ' +
  'Groups: all, ungrouped, kube_control_plane, lab, prod, kube_node, maintenance.'

describe('limits that are refused', () => {
  test.each<[string, string, string]>([
    ['lab-cp9', 'the limit lab-cp9 matches nothing in the inventory', names],
    ['lab-cp1:lab-cp9:x*', 'the limit lab-cp9, x* matches nothing in the inventory', names],
    ['lab:!lab-pc2', 'the limit !lab-pc2 matches nothing in the inventory', names],
    ['lab[7]', 'the limit lab[7] matches nothing in the inventory', names],
    ['lab[2:1]', 'the limit lab[2:1] matches nothing in the inventory', names],
    ['LAB', 'the limit LAB matches nothing in the inventory', names],
    [
      'lab:!lab',
      'the limit lab, !lab matches no host of the group kube_control_plane',
      `It selects no host. ${names}`,
    ],
    [
      'maintenance',
      'the limit maintenance matches no host of the group kube_control_plane',
      `It selects no host. ${names}`,
    ],
    [
      'lab-node1',
      'the limit lab-node1 matches no host of the group kube_control_plane',
      `It selects lab-node1, which the group kube_control_plane does not have. ${names}`,
    ],
  ])('%s', async (limit, message, why) => {
    expect(await refusalOf(() => select(limit))).toMatchObject({ code: 'usage', message, why })
  })

  test.each(['', ' ', ',', ':'])('an empty limit must not mean all hosts: %j', async (limit) => {
    expect(await refusalOf(() => select(limit))).toMatchObject({
      code: 'usage',
      message: 'the limit is empty',
    })
  })

  it('an invalid regular expression', async () => {
    const error = await refusalOf(() => select('~(a'))
    expect(error).toMatchObject({ code: 'usage', message: 'the limit ~(a is not a valid regular expression' })
    expect(error.why).toMatch(/Unterminated group/)
  })

  it('a file that does not exist, or is empty', async () => {
    expect(await refusalOf(() => select('@/nowhere'))).toMatchObject({
      code: 'usage',
      message: 'there is no limit file /nowhere',
    })
    const folder = await writeFiles({ empty: '\n# none\n' })
    const file = join(folder, 'empty')
    expect(await refusalOf(() => select(`@${file}`))).toMatchObject({
      code: 'usage',
      message: `the limit file ${file} is empty`,
    })
  })
})

describe('hosts that are named, with a limit', () => {
  test.each<[readonly string[], readonly string[], string]>([
    [['all'], ['lab-cp1'], 'lab-cp1'],
    [['all'], ['lab', '!lab-cp2'], 'lab-cp1 lab-cp3'],
    [['lab'], ['*-cp1*'], 'lab-cp1'],
    [['lab', 'prod'], ['*-cp1*'], 'lab-cp1 prod-cp1.example'],
    [['lab:!lab-cp2'], ['lab-cp2,lab-cp3'], 'lab-cp3'],
    [['all'], ['!lab'], 'prod-cp1.example prod-cp2.example'],
    [['lab-cp2', 'lab-cp1'], [], 'lab-cp1 lab-cp2'],
    [['lab'], ['lab[0:1]'], 'lab-cp1 lab-cp2'],
  ])('%j with -l %j', async (hosts, limit, selected) => {
    expect(await selectOf(hosts, limit)).toBe(selected)
  })

  it('the limit may stand in a file', async () => {
    const folder = await writeFiles({ left: 'lab-cp1\nprod-cp2.example\n' })
    expect(await selectOf(['lab'], [`@${join(folder, 'left')}`])).toBe('lab-cp1')
  })

  it('hosts and a limit without a common host are refused, and the error names both', async () => {
    expect(await refusalOf(() => selectOf(['lab'], ['prod-cp1.example']))).toMatchObject({
      code: 'usage',
      message: 'the limit prod-cp1.example excludes every host that lab selects',
      why: 'The host pattern selects lab-cp1, lab-cp2, lab-cp3; the limit selects prod-cp1.example.',
    })
  })

  test.each<[readonly string[], readonly string[], string]>([
    [['lab-cp9'], [], 'the host pattern lab-cp9 matches nothing in the inventory'],
    [
      ['maintenance'],
      ['lab'],
      'the host pattern maintenance matches no host of the group kube_control_plane',
    ],
    [[''], ['lab'], 'the host pattern is empty'],
    [['lab'], ['lab-cp9'], 'the limit lab-cp9 matches nothing in the inventory'],
    [['lab'], [''], 'the limit is empty'],
  ])('%j with -l %j is refused, and it says which of them is wrong', async (hosts, limit, message) => {
    expect(await refusalOf(() => selectOf(hosts, limit))).toMatchObject({ code: 'usage', message })
  })
})

describe('the group to work on', () => {
  it('is all hosts if the inventory has no group of that name', async () => {
    const inventory = await loadText('all: {hosts: {a: , b: }}')
    const hosts = selectHosts(inventory, { group: 'kube_control_plane', hosts: [], limit: [] })
    expect(hosts.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('must not be empty', async () => {
    const inventory = await loadText('all: {hosts: {a: }, children: {kube_control_plane: }}')
    expect(
      await refusalOf(() => selectHosts(inventory, { group: 'kube_control_plane', hosts: [], limit: [] })),
    ).toMatchObject({
      code: 'usage',
      message: 'the group kube_control_plane has no hosts',
      why: 'Hosts: a. Groups: all, ungrouped, kube_control_plane.',
    })
  })

  it('names only some of a great many hosts', async () => {
    const inventory = await loadText('all: {hosts: {"n[1:100]": }}')
    const error = await refusalOf(() => selectHosts(inventory, { group: 'all', hosts: [], limit: ['x'] }))
    expect(error.why).toMatch(/n29, n30, and 70 more\. Groups: all, ungrouped\.$/)
  })
})

test.each<[string, readonly string[]]>([
  ['a:b', ['a', 'b']],
  ['a:&b:!c', ['a', '&b', '!c']],
  ['a,b:c', ['a', 'b:c']],
  ['a[0:2]', ['a[0:2]']],
  ['a[0:2]:b', ['a[0:2]', 'b']],
  ['2001:db8::1', ['2001:db8::1']],
  ['2001:db8::1,a', ['2001:db8::1', 'a']],
  ['node:22', ['node:22']],
])('%s is split into its elements', (pattern, elements) => {
  expect(splitPattern(pattern)).toEqual(elements)
})

test.each<[string, string, boolean]>([
  ['a*', 'abc', true],
  ['a*', 'ba', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[ab]c', 'bc', true],
  ['[!ab]c', 'bc', false],
  ['[a-c]', 'b', true],
  ['[]x]', ']', true],
  ['[^a]', '^', true],
  ['a[', 'a[', true],
  ['a.c', 'abc', false],
  ['a+(b)|c', 'a+(b)|c', true],
  ['*', '', true],
])('the glob %s on %j: %j', (glob, name, matches) => {
  expect(globToRegExp(glob).test(name)).toBe(matches)
})
