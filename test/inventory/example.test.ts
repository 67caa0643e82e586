import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { checkAddresses, connectionTarget } from '../../src/inventory/connection-target.ts'
import { loadInventory } from '../../src/inventory/inventory.ts'
import { checkVariableNames } from '../../src/inventory/names.ts'
import { selectHosts } from '../../src/inventory/pattern.ts'
import { noVariables } from './written-files.ts'

const folder = resolve(import.meta.dirname, '../../inventories/example')
const defaults = { user: 'me', knownHostsFile: '/known_hosts' }

it('the example is three control planes that load without an error', async () => {
  const inventory = await loadInventory({ sources: [folder], extraVariables: noVariables })
  const hosts = selectHosts(inventory, { group: 'kube_control_plane', hosts: [], limit: [] })
  const targets = hosts.map((host) => connectionTarget(host, defaults))
  checkAddresses(targets)
  expect(targets.map(({ name, address, user, become }) => [name, address, user, become])).toEqual([
    ['cp1', '192.0.2.11', 'ubuntu', true],
    ['cp2', '192.0.2.12', 'ubuntu', true],
    ['cp3', '192.0.2.13', 'ubuntu', true],
  ])
})

it('the example sets the variables of the audit tasks, and no others with their prefix', async () => {
  const inventory = await loadInventory({ sources: [`${folder}/hosts.yaml`], extraVariables: noVariables })
  const declared = [
    'audit_policy_template',
    'audit_policy_namespaces',
    'audit_policy_file',
    'audit_log_path',
    'audit_log_maxage',
    'audit_log_maxbackup',
    'audit_log_maxsize',
  ]
  checkVariableNames(inventory, { declared, prefixes: ['audit_', 'kube_apiserver_'] })
  expect([...(inventory.hosts[0]?.variables.keys() ?? [])]).toEqual(expect.arrayContaining(declared))
})
