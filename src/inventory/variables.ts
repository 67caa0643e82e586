import type { Node } from 'yaml'
import { PlanewrightError } from '../error.ts'
import { type Variable, variableSource } from './variable.ts'
import { parseYamlFile, placeOf, type YamlFile } from './yaml-file.ts'
import { describeNode, entriesOf, isEmpty, valueOf } from './yaml-node.ts'

/**
 * The variables in a YAML mapping, each with the place of its name.
 *
 * @throws PlanewrightError `inventory` with the place, when the node is not a mapping, or a name is not a
 * text
 */
export function readVariables(
  yaml: YamlFile,
  node: Node | null,
  baseDirectory: string,
): Map<string, Variable> {
  const entries = entriesOf(yaml, node)
  if (entries === undefined) {
    throw new PlanewrightError('inventory', 'variables have to be a mapping', {
      where: placeOf(yaml, node),
      why: `This is ${describeNode(yaml, node)}.`,
      remedy: 'Write each variable as name: value on its own line, with no dash before it.',
    })
  }
  const variables = new Map<string, Variable>()
  for (const { key, value, place } of entries) {
    if (typeof key !== 'string') {
      throw new PlanewrightError('inventory', 'the name of a variable has to be text', {
        where: place,
        why: `YAML reads it as ${JSON.stringify(key)}.`,
        remedy: 'Put the name in quotes, or choose another name.',
      })
    }
    variables.set(key, { value: valueOf(yaml, value), source: variableSource(place), baseDirectory })
  }
  return variables
}

/** The variables of a whole file (group_vars, host_vars, `-e @file`); an empty file has none. */
export function readVariablesText(text: string, file: string, baseDirectory: string): Map<string, Variable> {
  const yaml = parseYamlFile(text, file)
  const contents = yaml.document.contents
  return isEmpty(yaml, contents) ? new Map<string, Variable>() : readVariables(yaml, contents, baseDirectory)
}
