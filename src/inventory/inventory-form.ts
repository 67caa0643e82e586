import { type ErrorPlace, PlanewrightError } from '../error.ts'
import { parseYamlFile, placeOf, type YamlFile } from './yaml-file.ts'
import { describeNode, entriesOf, type YamlEntry } from './yaml-node.ts'

/**
 * The outermost entries of an inventory file. Each of them is a group.
 *
 * @throws PlanewrightError `inventory` if it is not an inventory in YAML form; for the INI form, it says how
 * to convert it
 */
export function parseGroups(
  text: string,
  file: string,
): { readonly yaml: YamlFile; readonly groups: readonly YamlEntry[] } {
  const yaml = parseInventoryYaml(text, file)
  const groups = entriesOf(yaml, yaml.document.contents)
  if (groups === undefined) throw looksLikeIni(text) ? iniRefused(file) : noInventory(yaml)
  const plugin = groups.find(({ key }) => key === 'plugin')
  if (plugin !== undefined) throw pluginRefused(file, plugin.place)
  return { yaml, groups }
}

function parseInventoryYaml(text: string, file: string): YamlFile {
  if (text.startsWith('#!')) throw pluginRefused(file, { file, line: 1, column: 1 })
  try {
    return parseYamlFile(text, file)
  } catch (error) {
    throw looksLikeIni(text) ? iniRefused(file) : error
  }
}

function noInventory(yaml: YamlFile): PlanewrightError {
  return new PlanewrightError('inventory', `${yaml.file} is not an inventory`, {
    where: placeOf(yaml, yaml.document.contents),
    why: `Its top level is ${describeNode(yaml, yaml.document.contents)}, and has to be a mapping of groups.`,
    remedy: 'Start the file with all:, and write hosts: below it.',
  })
}

/** A section header at the very left, or a bare host as the first line: no YAML inventory has either. */
function looksLikeIni(text: string): boolean {
  const lines = text.split('\n').map((line) => line.trimEnd())
  const first = lines.find((line) => line !== '' && !/^[#;]/.test(line)) ?? ''
  const header = /^\[[^\][,"']+\]$/
  const bareHost = /^[\w.][^\s:]*(?:\s+[\w-]+=.*)?$/
  return bareHost.test(first) || lines.some((line) => header.test(line))
}

function iniRefused(file: string): PlanewrightError {
  return new PlanewrightError('inventory', `${file} is an inventory in INI form`, {
    where: { file, line: 1 },
    why: 'planewright reads only the YAML form of Ansible inventories.',
    remedy: `Convert it: ansible-inventory -i ${file} --list --yaml >hosts.yaml`,
  })
}

function pluginRefused(file: string, where: ErrorPlace): PlanewrightError {
  return new PlanewrightError(
    'inventory',
    `${file} is a program or a plugin's configuration, not a list of hosts`,
    {
      where,
      why: 'planewright does not run inventory plugins or scripts.',
      remedy: `Write its hosts to a file: ansible-inventory -i ${file} --list --yaml >hosts.yaml`,
    },
  )
}
