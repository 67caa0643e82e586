import { type ErrorPlace, PlanewrightError } from '../error.ts'
import type { Variable } from './variable.ts'

/** A group while the sources are read: only its own hosts, without those of its children. */
export interface Group {
  readonly name: string
  readonly hosts: Set<string>
  readonly children: Set<string>
  readonly parents: Set<string>
  readonly variables: Map<string, Variable>
  /**
   * `ansible_group_priority`: of groups at the same depth, the one with the greater number is merged later.
   * The default is 1.
   */
  priority: number
}

/**
 * The groups and hosts of all sources. Sources are read into it one after the other. Later ones add to
 * earlier ones and override them, as in Ansible (ansible-core 2.19, inventory/data.py and
 * inventory/group.py).
 */
export class GroupTree {
  readonly groups = new Map<string, Group>()
  /**
   * Each host's variables from the inventory files themselves. Hosts are in the order in which the files
   * first name them.
   */
  readonly hosts = new Map<string, Map<string, Variable>>()

  constructor() {
    this.addGroup('all')
    this.addGroup('ungrouped')
    this.link('all', 'ungrouped')
  }

  /** Returns the group of that name, and adds it if it is missing. */
  addGroup(name: string): Group {
    const known = this.groups.get(name)
    if (known !== undefined) return known
    const group: Group = {
      name,
      hosts: new Set(),
      children: new Set(),
      parents: new Set(),
      variables: new Map(),
      priority: 1,
    }
    this.groups.set(name, group)
    return group
  }

  /**
   * Puts a group below another.
   *
   * @throws PlanewrightError `inventory` at the place, when the groups would then contain each other
   */
  addChild(parent: string, child: string, place: ErrorPlace): void {
    if (child === parent || this.descendants(child).includes(parent)) {
      throw new PlanewrightError('inventory', `the groups ${parent} and ${child} contain each other`, {
        where: place,
        why: child === parent ? `${child} is its own child.` : `${parent} is already below ${child}.`,
        remedy: 'Remove one of them from the children of the other.',
      })
    }
    this.link(parent, child)
  }

  /** Puts a host into a group. A port after its name only counts where the host is first named. */
  addHost(group: string, host: string, port: Variable | undefined): Map<string, Variable> {
    this.addGroup(group).hosts.add(host)
    const known = this.hosts.get(host)
    if (known !== undefined) return known
    const variables = new Map<string, Variable>(port === undefined ? [] : [['ansible_port', port]])
    this.hosts.set(host, variables)
    return variables
  }

  /**
   * Completes the tree when all is read: every group is below `all`, and a host in no other group is in
   * `ungrouped`.
   */
  complete(): void {
    for (const group of this.groups.values()) {
      if (group.name !== 'all' && group.parents.size === 0) this.addChild('all', group.name, {})
    }
    const ungrouped = this.addGroup('ungrouped')
    for (const host of this.hosts.keys()) {
      if (this.isGrouped(host)) ungrouped.hosts.delete(host)
      else ungrouped.hosts.add(host)
    }
  }

  /** A group and all groups below it, level by level: the order in which Ansible counts a group's hosts. */
  descendants(name: string): readonly string[] {
    return walk(name, (group) => this.groups.get(group)?.children ?? [])
  }

  /**
   * The groups that a host is in, directly or through their children, from the outermost to the innermost.
   */
  groupsOf(host: string): readonly Group[] {
    const direct = [...this.groups.values()].filter((group) => group.hosts.has(host))
    const names = new Set(
      direct.flatMap(({ name }) => walk(name, (group) => this.groups.get(group)?.parents ?? [])),
    )
    const depths = this.depths()
    return [...this.groups.values()]
      .filter(({ name }) => names.has(name))
      .sort((left, right) => {
        const deeper = (depths.get(left.name) ?? 0) - (depths.get(right.name) ?? 0)
        return deeper || left.priority - right.priority || (left.name < right.name ? -1 : 1)
      })
  }

  private link(parent: string, child: string): void {
    this.addGroup(parent).children.add(child)
    this.addGroup(child).parents.add(parent)
  }

  private isGrouped(host: string): boolean {
    return [...this.groups.values()].some(
      ({ name, hosts }) => hosts.has(host) && name !== 'all' && name !== 'ungrouped',
    )
  }

  /** The distance of each group from `all`, by the longest way. */
  private depths(): ReadonlyMap<string, number> {
    const depths = new Map<string, number>()
    const depthOf = (name: string): number => {
      const known = depths.get(name)
      if (known !== undefined) return known
      const parents = [...(this.groups.get(name)?.parents ?? [])]
      const depth = parents.length === 0 ? 0 : Math.max(...parents.map(depthOf)) + 1
      depths.set(name, depth)
      return depth
    }
    for (const name of this.groups.keys()) depthOf(name)
    return depths
  }
}

/** All names that can be reached from a name: itself first, breadth first, each once. */
function walk(start: string, next: (name: string) => Iterable<string>): readonly string[] {
  const seen = new Set([start])
  // Iterating over a set also visits what is added meanwhile.
  for (const name of seen) for (const reached of next(name)) seen.add(reached)
  return [...seen]
}
