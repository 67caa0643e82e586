import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { ErrorPlace } from '../error.ts'
import { placeOf, syntaxError, type YamlFile } from './yaml-file.ts'

/** One `key: value` of a mapping. Merge keys (`<<`) are already resolved. */
export interface YamlEntry {
  readonly key: unknown
  readonly value: Node | null
  /** The place of the key. */
  readonly place: ErrorPlace
}

/**
 * The entries of a mapping in the order of the file, those of merge keys first, as in PyYAML
 * (`yaml/constructor.py`, flatten_mapping): the mapping's own key comes later and wins. Undefined when the
 * node is something else.
 */
export function entriesOf(yaml: YamlFile, node: Node | null): readonly YamlEntry[] | undefined {
  const mapping = isAlias(node) ? node.resolve(yaml.document) : node
  if (!isMap(mapping)) return undefined
  const merged: YamlEntry[] = []
  const own: YamlEntry[] = []
  for (const { key, value } of mapping.items as { key: Node; value: Node | null }[]) {
    if (isMergeKey(key)) merged.push(...mergedEntries(yaml, value))
    else own.push({ key: isScalar(key) ? key.value : key, value, place: placeOf(yaml, key) })
  }
  return [...merged.filter((entry) => own.every(({ key }) => key !== entry.key)), ...own]
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.type === 'PLAIN' && (key.value === '<<' || typeof key.value === 'symbol')
}

function mergedEntries(yaml: YamlFile, node: Node | null): YamlEntry[] {
  const source = isAlias(node) ? node.resolve(yaml.document) : node
  // If several mappings are merged, the first one wins, so it comes last.
  const mappings = isSeq(source) ? (source.items as Node[]).toReversed() : [source as Node | null]
  return mappings.flatMap((mapping) => {
    const entries = entriesOf(yaml, mapping)
    if (entries !== undefined) return entries
    throw syntaxError(placeOf(yaml, node), '<< can merge only a mapping or a list of mappings', undefined)
  })
}

/** Whether a node has no value: missing, empty or null. */
export function isEmpty(yaml: YamlFile, node: Node | null): boolean {
  const target = isAlias(node) ? node.resolve(yaml.document) : node
  return target === undefined || target === null || (isScalar(target) && target.value === null)
}

/** A node's text; undefined if it is something else. */
export function textOf(yaml: YamlFile, node: Node | null): string | undefined {
  const target = isAlias(node) ? node.resolve(yaml.document) : node
  return isScalar(target) && typeof target.value === 'string' ? target.value : undefined
}

/** A node as a plain value: text, number, boolean, null, list or object. */
export function valueOf(yaml: YamlFile, node: Node | null): unknown {
  if (node === null) return null
  try {
    return node.toJS(yaml.document) as unknown
  } catch (error) {
    // Aliases that multiply too much, or that refer to nothing.
    throw syntaxError(placeOf(yaml, node), error instanceof Error ? error.message : String(error), error)
  }
}

/** What a node is, in words for a message. */
export function describeNode(yaml: YamlFile, node: Node | null): string {
  const target = isAlias(node) ? node.resolve(yaml.document) : node
  if (isMap(target)) return 'a mapping'
  if (isSeq(target)) return 'a list'
  const value = isScalar(target) ? target.value : null
  if (value === null) return 'empty'
  return typeof value === 'string' ? 'text' : `a ${typeof value}`
}
