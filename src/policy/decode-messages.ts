import { nearestName } from '../inventory/nearest-name.ts'
import type { SourceEntry, SourceMap, SourceNode } from './source.ts'

/** A list with an entry that has no value. */
export const EMPTY_ENTRY =
  'an entry of this list is empty. kube-apiserver reads it as "": write "" if you mean that (in namespaces, "" is ' +
  'the cluster scope), or remove the entry'

/** A field that the type does not have, with the name that was likely meant. */
export function describeUnknown(key: string, known: readonly string[]): string {
  const meant = nearestName(key, known)
  const hint = meant === undefined ? `the fields are ${known.join(', ')}` : `did you mean ${meant}?`
  return `there is no field ${JSON.stringify(key)}, and kube-apiserver would ignore it: ${hint}`
}

/** A field that is set more than once in one mapping. */
export function describeRepeated(entry: SourceEntry, map: SourceMap): string {
  const isMerge = map.entries.some(({ key, merged }) => key === entry.key && merged)
  const rule = `kube-apiserver uses the later value`
  return isMerge
    ? `${entry.key} is set both by a merge key (<<) and beside it: ${rule}, contrary to YAML's rules`
    : `${entry.key} is set twice: ${rule}`
}

/** Another value in place of a text. */
export function expectText(node: SourceNode): string {
  const found = describeNode(node)
  const isQuotable = node.kind === 'number' || node.kind === 'boolean'
  return isQuotable ? `expected text, found ${found}: put it in quotes` : `expected text, found ${found}`
}

/** A value, as kube-apiserver's parser reads it. */
export function describeNode(node: SourceNode): string {
  switch (node.kind) {
    case 'map':
      return 'a mapping'
    case 'list':
      return 'a list'
    case 'null':
      return 'nothing'
    case 'string':
      return `the text ${JSON.stringify(node.value)}`
    case 'boolean':
      return `${node.text}, which is the boolean ${String(node.value)} in YAML 1.1`
    case 'number':
      return `${node.text}, which is a number in YAML 1.1`
  }
}
