import { type ErrorPlace, PlanewrightError } from '../error.ts'
import type { Group, GroupTree } from './group-tree.ts'
import { parseHostName } from './host-name.ts'
import { expandHostRange } from './host-range.ts'
import { parseGroups } from './inventory-form.ts'
import { nearestName } from './nearest-name.ts'
import { placeOfSource, type Variable, variableSource } from './variable.ts'
import { readVariables } from './variables.ts'
import { placeOf, type YamlFile } from './yaml-file.ts'
import { describeNode, entriesOf, isEmpty, textOf, type YamlEntry } from './yaml-node.ts'

/** The keys that Ansible knows in a group (ansible-core 2.19, plugins/inventory/yaml.py). */
const groupKeys = ['hosts', 'vars', 'children'] as const

interface Reading {
  readonly tree: GroupTree
  readonly yaml: YamlFile
  readonly baseDirectory: string
}

/**
 * Reads the text of one inventory file, in Ansible's YAML form, into the tree.
 *
 * @throws PlanewrightError `inventory` with the place; for the INI form, it says how to convert it
 */
export function readInventoryFile(tree: GroupTree, text: string, file: string, baseDirectory: string): void {
  const { yaml, groups } = parseGroups(text, file)
  for (const entry of groups) {
    if (groupKeys.some((key) => key === entry.key)) throw groupMissing(entry)
    readGroup({ tree, yaml, baseDirectory }, entry)
  }
}

function readGroup(reading: Reading, entry: YamlEntry): string {
  const { tree, yaml } = reading
  const name = nameOf(entry, 'group')
  const group = tree.addGroup(name)
  if (isEmpty(yaml, entry.value)) return name
  const sections = entriesOf(yaml, entry.value)
  if (sections === undefined) {
    throw wrongShape(yaml, entry, `the group ${name}`, 'Write hosts:, vars: or children: below it.')
  }
  for (const section of sections) readSection(reading, group, section)
  return name
}

function readSection(reading: Reading, group: Group, section: YamlEntry): void {
  const { yaml, baseDirectory } = reading
  if (section.key === 'hosts') {
    for (const host of namesIn(yaml, section)) readHost(reading, group, host)
  } else if (section.key === 'children') {
    for (const child of namesIn(yaml, section)) {
      reading.tree.addChild(group.name, readGroup(reading, child), child.place)
    }
  } else if (section.key === 'vars') {
    if (isEmpty(yaml, section.value)) return
    for (const [name, variable] of readVariables(yaml, section.value, baseDirectory)) {
      if (name === 'ansible_group_priority') group.priority = readPriority(variable)
      else group.variables.set(name, variable)
    }
  } else {
    throw unknownKey(group, section)
  }
}

function readHost(reading: Reading, group: Group, entry: YamlEntry): void {
  const { tree, yaml, baseDirectory } = reading
  const text = nameOf(entry, 'host')
  const { name, port } = parseHostName(text) ?? { name: text }
  const source = variableSource(entry.place)
  const portVariable = port === undefined ? undefined : { value: port, source, baseDirectory }
  const variables = isEmpty(yaml, entry.value) ? undefined : readVariables(yaml, entry.value, baseDirectory)
  for (const host of expandAt(name, entry.place)) {
    const known = tree.addHost(group.name, host, portVariable)
    for (const [variableName, variable] of variables ?? []) known.set(variableName, variable)
  }
}

function expandAt(name: string, place: ErrorPlace): readonly string[] {
  try {
    return expandHostRange(name)
  } catch (error) {
    throw error instanceof PlanewrightError ? error.at(place) : error
  }
}

/** The entries below `hosts` or `children`: a mapping, or a single name as plain text. */
function namesIn(yaml: YamlFile, section: YamlEntry): readonly YamlEntry[] {
  if (isEmpty(yaml, section.value)) return []
  const name = textOf(yaml, section.value)
  if (name !== undefined) {
    return [{ key: name, value: null, place: placeOf(yaml, section.value) }]
  }
  const entries = entriesOf(yaml, section.value)
  if (entries !== undefined) return entries
  const remedy = 'Write each name on its own line, with a colon after it and no dash before it.'
  throw wrongShape(yaml, section, `${String(section.key)}:`, remedy)
}

function nameOf({ key, place }: YamlEntry, what: 'group' | 'host'): string {
  if (typeof key === 'string' && key !== '') return key
  throw new PlanewrightError('inventory', `the name of a ${what} has to be text`, {
    where: place,
    why: key === '' ? 'It is empty.' : `YAML reads it as ${key === null ? 'null' : `a ${typeof key}`}.`,
    remedy: 'Put the name in quotes.',
  })
}

function readPriority(variable: Variable): number {
  const { value, source } = variable
  const priority = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof priority === 'number' && Number.isInteger(priority)) return priority
  throw new PlanewrightError('variable', 'ansible_group_priority has to be a whole number', {
    where: placeOfSource(source),
    why: `It is ${JSON.stringify(value)}.`,
    remedy:
      'Write a number without quotes. Groups at the same depth are merged in the order of this number; the default is 1.',
  })
}

function unknownKey(group: Group, { key, place }: YamlEntry): PlanewrightError {
  const name = String(key)
  const nearest = nearestName(name, groupKeys)
  return new PlanewrightError('inventory', `the group ${group.name} has an unknown key ${name}`, {
    where: place,
    why: 'A group can have only the keys hosts, vars and children.',
    remedy:
      nearest === undefined
        ? `Put ${name} below hosts: if it is a host, below children: if it is a group, below vars: if it is a variable.`
        : `Did you mean ${nearest}?`,
  })
}

function wrongShape(yaml: YamlFile, entry: YamlEntry, what: string, remedy: string): PlanewrightError {
  return new PlanewrightError('inventory', `${what} has to contain a mapping`, {
    where: entry.place,
    why: `It is ${describeNode(yaml, entry.value)}.`,
    remedy,
  })
}

function groupMissing({ key, place }: YamlEntry): PlanewrightError {
  return new PlanewrightError('inventory', `${String(key)}: is outside of any group`, {
    where: place,
    why: 'The top-level names of an inventory are the names of groups.',
    remedy: 'Write all: above it, and indent it.',
  })
}
