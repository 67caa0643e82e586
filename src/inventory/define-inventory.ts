import { PlanewrightError } from '../error.ts'
import { GroupTree } from './group-tree.ts'
import { parseHostName } from './host-name.ts'
import { hostsBelow, noHost, refuseSharedNames, type Inventory } from './inventory.ts'
import { overlayVariables, type Variable, type Variables } from './variable.ts'

/** Variables by name, as Ansible knows them. */
export type InventoryVariables = Readonly<Record<string, unknown>>

/** An inventory in code. */
export interface InventoryDefinition {
  /** Each host's variables, by its name: `cp1: { ansible_host: '192.0.2.11' }`. At least one host. */
  readonly hosts: Readonly<Record<string, InventoryVariables>>
  /** The hosts of each group, by its name. The default is that all hosts are in `kube_control_plane`. */
  readonly groups?: Readonly<Record<string, readonly string[]>>
  /** Variables for all hosts; a host's own variables override them. */
  readonly variables?: InventoryVariables
  /** The base folder of relative paths in variables; the default is the working directory. */
  readonly baseDirectory?: string
}

const origin = 'defineInventory'

function asVariables(values: InventoryVariables, baseDirectory: string): Variables {
  const given = Object.entries(values).filter(([, value]) => value !== undefined)
  return new Map(
    given.map(([name, value]): [string, Variable] => [
      name,
      { value, source: { description: origin }, baseDirectory },
    ]),
  )
}

function checkName(name: string): void {
  if (parseHostName(name)?.name === name && !name.includes('[')) return
  throw new PlanewrightError('inventory', `${JSON.stringify(name)} is not the name of a host`, {
    why: 'A name is a DNS name or an IP address; ranges and ports are for inventory files.',
    remedy: 'Name each host by itself, and set its ansible_host and ansible_port.',
  })
}

function checkMember(group: string, host: string, known: ReadonlySet<string>): void {
  if (known.has(host)) return
  throw new PlanewrightError('inventory', `the group ${group} has a host that is not defined: ${host}`, {
    why: `Defined are: ${[...known].join(', ')}.`,
    remedy: 'Add it to hosts, or take it out of the group.',
  })
}

/**
 * Makes an inventory from code, like one that `loadInventory` reads from files. Variables are checked when a
 * run begins.
 *
 * @example
 * ```ts
 * const inventory = defineInventory({
 *   hosts: { cp1: { ansible_host: '192.0.2.11' }, cp2: { ansible_host: '192.0.2.12' } },
 *   variables: { ansible_user: 'ubuntu', ansible_become: true },
 * })
 * const { exitCode } = await apply({ inventory, ...auditing })
 * ```
 *
 * @throws PlanewrightError `inventory` for a wrong name, a group with an unknown host, or no host at all
 */
export function defineInventory(definition: InventoryDefinition): Inventory {
  const { hosts, variables = {}, baseDirectory = process.cwd() } = definition
  const names = Object.keys(hosts)
  if (names.length === 0) throw noHost([origin])
  names.forEach(checkName)
  const { groups = { kube_control_plane: names } } = definition
  const tree = new GroupTree()
  for (const name of names) tree.addHost('all', name, undefined)
  for (const [group, members] of Object.entries(groups)) {
    tree.addGroup(group)
    for (const host of members) {
      checkMember(group, host, new Set(names))
      tree.addHost(group, host, undefined)
    }
  }
  tree.complete()
  refuseSharedNames(tree)
  const shared = asVariables(variables, baseDirectory)
  return {
    sources: [],
    extraVariables: [],
    hosts: Object.entries(hosts).map(([name, own]) => ({
      name,
      groups: tree.groupsOf(name).map((group) => group.name),
      variables: overlayVariables([shared, asVariables(own, baseDirectory)]),
    })),
    groups: new Map([...tree.groups.keys()].map((group) => [group, hostsBelow(tree, group)])),
  }
}
