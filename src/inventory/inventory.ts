import { join } from 'node:path'
import { PlanewrightError } from '../error.ts'
import { type Group, GroupTree } from './group-tree.ts'
import { parseHostName } from './host-name.ts'
import { readInventoryFile } from './inventory-file.ts'
import { findSource, type InventorySource } from './source.ts'
import { readTextFile } from './text-file.ts'
import { overlayVariables, type Variables } from './variable.ts'
import { openVariablesFolder, type VariablesFolder } from './variables-folder.ts'

/** A host, with everything that the whole inventory says about it. */
export interface Host {
  readonly name: string
  /** All its groups, from `all` to the innermost: the order in which their variables are merged. */
  readonly groups: readonly string[]
  readonly variables: Variables
}

export interface Inventory {
  /** The sources given with `-i`. */
  readonly sources: readonly string[]
  /** The names of the variables given with `-e`. */
  readonly extraVariables: readonly string[]
  /** In the order in which the sources first name them; at least one. */
  readonly hosts: readonly Host[]
  /** The names of the hosts in each group, including those of its children. */
  readonly groups: ReadonlyMap<string, readonly string[]>
}

export interface InventoryOptions {
  /** The sources given with `-i`: files, folders, or lists with a comma. Later ones override earlier ones. */
  readonly sources: readonly string[]
  /** The variables given with `-e`, which override everything. The default is none. */
  readonly extraVariables?: Variables
}

/**
 * Reads an inventory in Ansible's YAML form.
 *
 * @example
 * ```ts
 * const inventory = await loadInventory({
 *   sources: ['hosts.yaml'],
 *   extraVariables: await readExtraVariables(['audit_log_maxage=90'], process.cwd()),
 * })
 * ```
 *
 * @throws PlanewrightError `usage` when there is none, `inventory` or `variable` with the place when it is
 * wrong
 */
export async function loadInventory({
  sources,
  extraVariables = new Map(),
}: InventoryOptions): Promise<Inventory> {
  if (sources.length === 0) throw noSource()
  const found = await Promise.all(sources.map(findSource))
  const tree = await readTree(found)
  const names = [...tree.hosts.keys()]
  if (names.length === 0) throw noHost(sources)
  refuseSharedNames(tree)
  const folders = await openFolders(found)
  const hosts = await Promise.all(names.map((name) => assembleHost(name, tree, folders, extraVariables)))
  const groups = new Map([...tree.groups.keys()].map((group) => [group, hostsBelow(tree, group)]))
  return { sources, extraVariables: [...extraVariables.keys()], hosts, groups }
}

async function readTree(sources: readonly InventorySource[]): Promise<GroupTree> {
  const tree = new GroupTree()
  for (const source of sources) {
    if (source.kind === 'list') {
      for (const host of source.hosts) readListedHost(tree, host, source.baseDirectory)
      continue
    }
    for (const file of source.files) {
      const text = await readTextFile(file, { kind: 'inventory', code: 'inventory' })
      readInventoryFile(tree, text, file, source.baseDirectory)
    }
  }
  tree.complete()
  return tree
}

function readListedHost(tree: GroupTree, text: string, baseDirectory: string): void {
  const { name, port } = parseHostName(text) ?? { name: text }
  const portVariable =
    port === undefined ? undefined : { value: port, source: { description: '-i' }, baseDirectory }
  // As in Ansible, a list only adds hosts that no earlier source has.
  if (!tree.hosts.has(name)) tree.addHost('ungrouped', name, portVariable)
}

/** The hosts of a group and of all groups below it. */
export function hostsBelow(tree: GroupTree, group: string): readonly string[] {
  return [...new Set(tree.descendants(group).flatMap((name) => [...(tree.groups.get(name)?.hosts ?? [])]))]
}

interface SourceFolders {
  readonly groups: VariablesFolder
  readonly hosts: VariablesFolder
}

async function openFolders(sources: readonly InventorySource[]): Promise<readonly SourceFolders[]> {
  const withFolder = sources.filter((source) => source.kind === 'files')
  return Promise.all(
    withFolder.map(async ({ folder, baseDirectory }) => ({
      groups: await openVariablesFolder(join(folder, 'group_vars'), baseDirectory),
      hosts: await openVariablesFolder(join(folder, 'host_vars'), baseDirectory),
    })),
  )
}

/**
 * Merges a host's variables in Ansible's order (ansible-core 2.19, vars/manager.py, get_vars, and
 * config/base.yml, VARIABLE_PRECEDENCE). Note that a later source's group_vars override an earlier source's,
 * even if the earlier ones belong to an inner group.
 */
async function assembleHost(
  name: string,
  tree: GroupTree,
  folders: readonly SourceFolders[],
  extraVariables: Variables,
): Promise<Host> {
  const groups = tree.groupsOf(name)
  const inner = groups.filter((group) => group.name !== 'all')
  const variables = overlayVariables([
    ...groups.map((group) => group.variables),
    ...(await Promise.all(folders.map((folder) => folder.groups.read('all')))),
    ...(await Promise.all(folders.flatMap((folder) => readGroups(folder.groups, inner)))),
    tree.hosts.get(name) ?? new Map<string, never>(),
    ...(await Promise.all(folders.map((folder) => folder.hosts.read(name)))),
    extraVariables,
  ])
  return { name, groups: groups.map((group) => group.name), variables }
}

function readGroups(folder: VariablesFolder, groups: readonly Group[]): readonly Promise<Variables>[] {
  return groups.map((group) => folder.read(group.name))
}

/** Ansible only warns, and then gives the host's variables to the group. */
export function refuseSharedNames(tree: GroupTree): void {
  const shared = [...tree.hosts.keys()].find((name) => tree.groups.has(name))
  if (shared === undefined) return
  throw new PlanewrightError('inventory', `${shared} is the name of both a host and a group`, {
    why: 'planewright could not tell which of them a variable or a pattern belongs to.',
    remedy: 'Rename one of them.',
  })
}

function noSource(): PlanewrightError {
  return new PlanewrightError('usage', 'no inventory was given', {
    remedy: 'Give a YAML file or a folder (-i hosts.yaml), or a list of hosts with a comma (-i cp1,cp2).',
  })
}

/** The error for an inventory without hosts. */
export function noHost(sources: readonly string[]): PlanewrightError {
  return new PlanewrightError('inventory', 'the inventory has no hosts', {
    ...(sources[0] === undefined ? {} : { where: { file: sources[0] } }),
    why: `Read: ${sources.join(', ')}.`,
    remedy: 'Write the hosts below hosts: in a group, for example kube_control_plane.',
  })
}
