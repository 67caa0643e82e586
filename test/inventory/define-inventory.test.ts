import { describe, expect, test } from 'vitest'
import { defineInventory, openSession } from '../../src/index.ts'
import { loadText, refusalOf, valuesOf } from './written-files.ts'

test('an inventory in code equals the one from a file with the same content', async () => {
  const defined = defineInventory({
    hosts: { cp1: { ansible_host: '192.0.2.11', ansible_port: 2222 }, cp2: {}, db1: {} },
    groups: { kube_control_plane: ['cp1', 'cp2'], etcd: ['cp1', 'db1'] },
    variables: { ansible_user: 'ubuntu', ansible_port: 22 },
  })
  const written = await loadText(`
all:
  vars: { ansible_user: ubuntu, ansible_port: 22 }
  hosts:
    cp1: { ansible_host: 192.0.2.11, ansible_port: 2222 }
    cp2:
    db1:
  children:
    kube_control_plane: { hosts: { cp1: , cp2: } }
    etcd: { hosts: { cp1: , db1: } }`)
  expect(defined.groups).toEqual(written.groups)
  const told = (inventory: typeof written) =>
    inventory.hosts.map(({ name, groups }) => ({ name, groups, values: valuesOf(inventory, name) }))
  expect(told(defined)).toEqual(told(written))
})

test('without groups, all hosts are control planes', async () => {
  const inventory = defineInventory({ hosts: { cp1: { ansible_host: '192.0.2.11' }, cp2: {} } })
  const session = await openSession({ inventory, tasks: [] })
  expect(session.hosts.map(({ target }) => [target.name, target.address])).toEqual([
    ['cp1', '192.0.2.11'],
    ['cp2', 'cp2'],
  ])
  await session.close()
})

test('relative paths are relative to the folder that is given', async () => {
  const hosts = { cp1: { ansible_ssh_private_key_file: 'keys/cp1', ansible_user: undefined } }
  const inventory = defineInventory({ hosts, baseDirectory: '/srv/fleet' })
  await using session = await openSession({ inventory, tasks: [] })
  expect(session.hosts[0]?.target.privateKeyFile).toBe('/srv/fleet/keys/cp1')
})

describe('refused', () => {
  test.each([
    ['no host', { hosts: {} }, 'no hosts'],
    ['a name with a port', { hosts: { 'cp1:22': {} } }, 'cp1:22'],
    ['a range', { hosts: { 'cp[1:3]': {} } }, 'cp[1:3]'],
    ['an empty name', { hosts: { '': {} } }, '""'],
    ['a group with an unknown host', { hosts: { cp1: {} }, groups: { etcd: ['cp2'] } }, 'cp2'],
    ['a group with the name of a host', { hosts: { cp1: {} }, groups: { cp1: ['cp1'] } }, 'cp1'],
  ])('%s', async (_, definition, words) => {
    const error = await refusalOf(() => defineInventory(definition))
    expect(error.code).toBe('inventory')
    expect(error.message).toContain(words)
  })

  test('a variable, when the run begins: in the words for inventory files', async () => {
    const inventory = defineInventory({ hosts: { cp1: { ansible_password: 'hunter2' } } })
    const error = await refusalOf(() => openSession({ inventory, tasks: [] }))
    expect(error).toMatchObject({ code: 'variable', where: { host: 'cp1' } })
    expect(JSON.stringify(error)).not.toContain('hunter2')
  })
})
