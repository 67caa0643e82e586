import { describe, expect, it, test } from 'vitest'
import { loadWritten, valuesOf } from './written-files.ts'

/** Every place that can set a variable for the host, from the weakest to the strongest. */
const places = [
  'vars of all',
  'vars of an outer group',
  'vars of an inner group',
  'vars of an inner group with a priority',
  'group_vars/all',
  'group_vars of an outer group',
  'group_vars of an inner group',
  'group_vars of an inner group with a priority',
  'vars of the host',
  'host_vars',
  '-e',
] as const

type Place = (typeof places)[number]

async function load(set: readonly Place[]): Promise<unknown> {
  const at = (place: Place): string => (set.includes(place) ? `{x: ${place}}` : '{}')
  const variable = { value: '-e', source: { description: '-e' }, baseDirectory: '/' }
  const inventory = await loadWritten(
    {
      'hosts.yaml': `
        all:
          vars: ${at('vars of all')}
          children:
            # The names count only among groups of one depth and priority.
            zz_outer:
              vars: ${at('vars of an outer group')}
              children:
                mm_inner:
                  vars: ${at('vars of an inner group')}
                  hosts: {node: ${at('vars of the host')}}
                aa_prior:
                  vars: {<<: ${at('vars of an inner group with a priority')}, ansible_group_priority: 10}
                  hosts: {node: }
      `,
      'group_vars/all.yaml': at('group_vars/all'),
      'group_vars/zz_outer.yaml': at('group_vars of an outer group'),
      'group_vars/mm_inner.yaml': at('group_vars of an inner group'),
      'group_vars/aa_prior.yaml': at('group_vars of an inner group with a priority'),
      'host_vars/node.yaml': at('host_vars'),
    },
    ['hosts.yaml'],
    new Map(set.includes('-e') ? [['x', variable]] : []),
  )
  return valuesOf(inventory, 'node').x
}

describe('from the weakest to the strongest', () => {
  test.each(places.map((place, index) => [place, index] as const))('%s', async (place, index) => {
    expect(await load([place])).toBe(place)
    expect(await load(places.slice(0, index + 1))).toBe(place)
  })
})

describe('among groups', () => {
  test.each<[string, string, string]>([
    [
      'the deeper one wins, by its longest way from all',
      'top: {children: {mid: {children: {low: {vars: {x: low}, hosts: {node: }}}}}}\nall: {children: {low: , zzz: {vars: {x: zzz}, hosts: {node: }}}}',
      'low',
    ],
    [
      'of one depth the later name wins',
      'a: {vars: {x: a}, hosts: {node: }}\nB: {vars: {x: B}, hosts: {node: }}',
      'a',
    ],
    [
      'priority counts before the name',
      'a: {vars: {x: a, ansible_group_priority: 2}, hosts: {node: }}\nb: {vars: {x: b}, hosts: {node: }}',
      'a',
    ],
    [
      'priority may be text',
      'a: {vars: {x: a, ansible_group_priority: "2"}, hosts: {node: }}\nb: {vars: {x: b}, hosts: {node: }}',
      'a',
    ],
    [
      'depth counts before priority',
      'a: {vars: {x: a, ansible_group_priority: 9}, children: {b: {vars: {x: b}, hosts: {node: }}}}',
      'b',
    ],
  ])('%s', async (_what, text, value) => {
    const inventory = await loadWritten({ 'hosts.yaml': text })
    expect(valuesOf(inventory, 'node')).toEqual({ x: value })
  })
})

describe('among sources', () => {
  it('the later one wins at each level', async () => {
    const inventory = await loadWritten(
      {
        'one/hosts.yaml': 'g: {vars: {x: one, y: one}, hosts: {node: {h: one}}}',
        'one/host_vars/node.yaml': 'p: one',
        'one/group_vars/g.yaml': 'q: one',
        'two/hosts.yaml': 'g: {vars: {x: two}, hosts: {node: {h: two}}}',
        'two/host_vars/node.yaml': 'p: two',
        'two/group_vars/g.yaml': 'q: two',
      },
      ['one/hosts.yaml', 'two'],
    )
    expect(valuesOf(inventory, 'node')).toEqual({ x: 'two', y: 'one', h: 'two', p: 'two', q: 'two' })
  })

  it("the later one's outer group wins over the earlier one's inner group, as in Ansible", async () => {
    const inventory = await loadWritten(
      {
        'one/hosts.yaml': 'outer: {children: {inner: {hosts: {node: }}}}',
        'one/group_vars/inner.yaml': 'x: inner',
        'two/hosts.yaml': 'outer: ',
        'two/group_vars/outer.yaml': 'x: outer',
      },
      ['one', 'two'],
    )
    expect(valuesOf(inventory, 'node')).toEqual({ x: 'outer' })
  })

  it('an earlier host_vars wins over a later group_vars', async () => {
    const inventory = await loadWritten(
      {
        'one/hosts.yaml': 'g: {hosts: {node: }}',
        'one/host_vars/node': 'x: 1',
        'two/hosts.yaml': 'g: ',
        'two/group_vars/g': 'x: 2',
      },
      ['one', 'two'],
    )
    expect(valuesOf(inventory, 'node')).toEqual({ x: 1 })
  })
})
