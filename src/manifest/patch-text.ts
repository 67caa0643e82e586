import { isDeepStrictEqual } from 'node:util'
import { isMap, isScalar } from 'yaml'
import { PlanewrightError } from '../error.ts'
import { addPair, insertItem, removeItem, removePair } from './block.ts'
import { applyPatch } from './draft.ts'
import type { Patch, Path } from './draft.ts'
import { insertEntry, removeEntry } from './flow.ts'
import { assertReplaceable, locateCollection, locateEntry, sourceItems } from './locate.ts'
import type { Collection, Located } from './locate.ts'
import { blockLines, flowPair, flowText, indentationOf, pairLines } from './render.ts'
import { replaceWithBlock, replaceValue } from './replace.ts'
import type { Quoting } from './scalar-text.ts'
import { parseYamlSource } from './source.ts'
import type { YamlSource } from './source.ts'
import { applySplices } from './splice.ts'
import type { Splice } from './splice.ts'
import { scalarText } from './scalar-text.ts'
import { emptyValueOffset } from './token.ts'

/**
 * Performs a patch on a text: only the lines of the entry itself change. The result is parsed again and
 * compared with the same patch on the value, so that a fault here can never reach a node.
 * @throws PlanewrightError with the code of the text's kind: the place cannot be edited safely (anchors,
 * aliases, odd syntax).
 * @throws PlanewrightError `internal`: the new text does not have the wanted meaning.
 */
export function patchText(source: YamlSource, patch: Patch): YamlSource {
  const { kind, where } = source
  const wanted = structuredClone(source.value)
  applyPatch(wanted, patch)
  const text = applySplices(source.text, splicesOf(source, patch))
  const fault = (why: string, cause?: unknown) =>
    new PlanewrightError('internal', `${kind.name} was edited wrongly at ${patch.path.join('.')}`, {
      where,
      why,
      remedy: 'Nothing was written. Please report this with the text; plain block style works around it.',
      cause,
    })
  let result: YamlSource
  try {
    result = parseYamlSource(text, kind, where)
  } catch (cause) {
    throw fault(cause instanceof PlanewrightError ? (cause.why ?? cause.message) : String(cause), cause)
  }
  if (!isDeepStrictEqual(result.value, wanted))
    throw fault('The text came out with another meaning than wanted.')
  if (source.isJson && !result.isJson) throw fault('It was JSON and is so no more.')
  return result
}

function splicesOf(source: YamlSource, patch: Patch): Splice[] {
  if (patch.op === 'insert') return insertSplices(source, patch.path, patch.index, patch.value)
  const collection = locateCollection(source, patch.path.slice(0, -1))
  const entry = locateEntry(source, collection, patch.path)
  if (entry) assertReplaceable(source, patch.path, entry)
  if (patch.op === 'remove') return removeSplices(source, collection, entry, patch.path)
  if (entry === undefined) return addSplices(source, collection, String(patch.path.at(-1)), patch.value)
  if (typeof patch.value !== 'object' || patch.value === null) {
    const value = patch.value as string | number | boolean | null
    return replaceValue(source.text, entry, scalarText(value, quotingOf(source, collection, entry)))
  }
  if (collection.srcToken.type === 'flow-collection') {
    return replaceValue(source.text, entry, flowText(patch.value, quotingOf(source, collection, entry)))
  }
  return replaceWithBlock(source, entry, patch.value)
}

/** How a collection's strings are written, unless other strings suggest quotes. */
function plainQuoting(source: YamlSource, { srcToken }: Collection): Quoting {
  if (source.isJson) return 'double'
  return srcToken.type === 'flow-collection' ? 'flow' : 'plain'
}

/** How an entry is quoted: its replacement is quoted in the same way. */
function quotingOf(source: YamlSource, collection: Collection, entry: Located | undefined): Quoting {
  const plain = plainQuoting(source, collection)
  const node = entry?.node
  if (!isScalar(node) || source.isJson) return plain
  return node.type === 'QUOTE_DOUBLE' ? 'double' : node.type === 'QUOTE_SINGLE' ? 'single' : plain
}

/**
 * How an item next to another one is quoted: in the same way, unless that one needs its quotes, as then they
 * are no preference.
 */
function quotingBeside(source: YamlSource, list: Collection, neighbour: Located | undefined): Quoting {
  const plain = plainQuoting(source, list)
  const value = isScalar(neighbour?.node) ? neighbour.node.value : undefined
  const needsQuotes = typeof value === 'string' && scalarText(value, plain) !== value
  return needsQuotes ? plain : quotingOf(source, list, neighbour)
}

function insertSplices(source: YamlSource, path: Path, index: number, value: unknown): Splice[] {
  const list = locateCollection(source, path)
  const neighbour = locateEntry(source, list, [...path, Math.max(index - 1, 0)])
  const quoting = quotingBeside(source, list, neighbour)
  if (list.srcToken.type === 'flow-collection') {
    return insertEntry(source.text, list.srcToken, index, flowText(value, quoting))
  }
  const indentation = indentationOf(source)
  const linesAt = (column: number) =>
    typeof value === 'string' ? [scalarText(value, quoting)] : blockLines(value, column, indentation)
  return [insertItem(source, sourceItems(list), index, linesAt)]
}

function addSplices(source: YamlSource, map: Collection, key: string, value: unknown): Splice[] {
  if (map.srcToken.type === 'block-map') {
    const indentation = indentationOf(source)
    return [addPair(source, map.srcToken, (column) => pairLines(key, value, column, indentation))]
  }
  if (map.srcToken.type === 'flow-collection') {
    const pair = flowPair(key, value, plainQuoting(source, map))
    return insertEntry(source.text, map.srcToken, sourceItems(map).length, pair)
  }
  return []
}

function removeSplices(
  source: YamlSource,
  collection: Collection,
  entry: Located | undefined,
  path: Path,
): Splice[] {
  if (entry === undefined) {
    const { kind, where } = source
    throw new PlanewrightError(kind.code, `${kind.name} cannot be edited at ${path.join('.')}`, {
      where,
      why: 'The value comes from a merge key (<<), so it cannot be removed here.',
      remedy: 'Write the mapping out at this place, then run again.',
    })
  }
  const { srcToken } = collection
  if (srcToken.type === 'flow-collection') return removeEntry(source.text, srcToken, entry.index)
  if (isMap(collection)) return [removePair(source, sourceItems(collection), entry.index)]
  const splices = [removeItem(source, entry.item)]
  if (sourceItems(collection).length > 1) return splices
  // The last item of a list: the list stays, as an empty one.
  const parent = locateEntry(source, locateCollection(source, path.slice(0, -2)), path.slice(0, -1))
  const offset = emptyValueOffset(parent?.item ?? entry.item, srcToken.offset)
  return [{ start: offset, end: offset, text: ' []' }, ...splices]
}
