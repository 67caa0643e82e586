import { isAlias, isMap, isNode, isPair, isScalar, isSeq, visit } from 'yaml'
import type { ParsedNode, YAMLMap, YAMLSeq } from 'yaml'
import { PlanewrightError } from '../error.ts'
import type { Path } from './draft.ts'
import { positionOf } from './source.ts'
import type { YamlSource } from './source.ts'
import { indicatorOffset } from './token.ts'
import type { CollectionItem, CST } from './token.ts'

/** A mapping or list in the syntax tree, with its source. */
export type Collection = (YAMLMap | YAMLSeq) & {
  srcToken: CST.BlockMap | CST.BlockSequence | CST.FlowCollection
}

/** An entry of a collection: a key's value, or an item. */
export interface Located {
  /** The index among the collection's entries, not counting those with only comments. */
  readonly index: number
  readonly item: CollectionItem
  readonly node: ParsedNode | null
}

function cannotEdit(source: YamlSource, path: Path, node: ParsedNode | null, why: string): PlanewrightError {
  const { kind, text, where } = source
  return new PlanewrightError(kind.code, `${kind.name} cannot be edited safely at ${path.join('.')}`, {
    where: { ...where, ...(node ? positionOf(text, node.range[0]) : {}) },
    why,
    remedy: 'Write the value out at this place, without anchor, alias and merge key, then run again.',
  })
}

/** The mapping or list at a path, if a change of it changes nothing elsewhere. */
export function locateCollection(source: YamlSource, path: Path): Collection {
  let node = source.document.contents
  for (let depth = 0; ; depth += 1) {
    assertOwn(source, path.slice(0, depth), node)
    const step = path[depth]
    if (step === undefined) break
    node = (isMap(node) || isSeq(node) ? (node.get(step, true) as ParsedNode | undefined) : undefined) ?? null
    if (node === null)
      throw cannotEdit(source, path, null, `There is no ${step} here that stands in the text itself.`)
  }
  if ((isMap(node) || isSeq(node)) && node.srcToken !== undefined) return node as unknown as Collection
  throw cannotEdit(source, path, node, 'This is neither a mapping nor a list.')
}

function assertOwn(source: YamlSource, path: Path, node: ParsedNode | null): void {
  if (isAlias(node)) throw cannotEdit(source, path, node, `It is the alias *${node.source} of another place.`)
  const { anchor } = node ?? {}
  if (anchor !== undefined && isAliased(source, anchor)) {
    throw cannotEdit(
      source,
      path,
      node,
      `Its anchor &${anchor} is used elsewhere, which would change as well.`,
    )
  }
}

function isAliased(source: YamlSource, anchor: string): boolean {
  let found = false
  visit(source.document, {
    Alias(_, alias) {
      found ||= alias.source === anchor
    },
  })
  return found
}

/** The entries of a list as they stand in the source. */
export function sourceItems(collection: Collection): CollectionItem[] {
  const { srcToken } = collection
  const items = srcToken.items as CollectionItem[]
  if (srcToken.type === 'block-seq') {
    return items.filter((item) => indicatorOffset(item, 'seq-item-ind') !== undefined)
  }
  return items.filter((item) => (item.key ?? item.sep ?? item.value) != null)
}

/** A collection's entry; undefined if a mapping has no such key in the text. */
export function locateEntry(source: YamlSource, collection: Collection, path: Path): Located | undefined {
  const step = path.at(-1)
  const items = sourceItems(collection)
  const index = isMap(collection)
    ? collection.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === step)
    : Number(step)
  const entry = collection.items[index]
  if (entry === undefined) return undefined
  const item = isPair(entry) ? entry.srcToken : items[index]
  const value = isPair(entry) ? entry.value : entry
  const node = isNode(value) ? (value as ParsedNode) : null
  if (item === undefined) throw cannotEdit(source, path, node, 'It has no text of its own.')
  return { index: items.indexOf(item), item, node }
}

/**
 * Checks that a value may be replaced or removed. An alias may be: only this use of it goes.
 * @throws PlanewrightError with the code of the text's kind: the value has an anchor that is used elsewhere.
 */
export function assertReplaceable(source: YamlSource, path: Path, { node }: Located): void {
  if (node === null) return
  visit(node, (_, inner) => {
    if (isNode(inner) && !isAlias(inner)) assertOwn(source, path, inner as ParsedNode)
  })
}
