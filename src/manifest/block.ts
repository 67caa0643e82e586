import { PlanewrightError } from '../error.ts'
import { columnOf, isFirstOnLine, lineBreak, linesAfter, nextLine, replaceLines } from './splice.ts'
import type { Splice } from './splice.ts'
import { positionOf } from './source.ts'
import type { YamlSource } from './source.ts'
import { commentsIn, indicatorOffset, itemEnd, tokenEnd } from './token.ts'
import type { CollectionItem, CST } from './token.ts'

/** What the edits in this module need: the text, its kind and its place. */
type Page = Pick<YamlSource, 'text' | 'kind' | 'where'>

/**
 * The offset of a line that ends a value. A block scalar (`|`) ends after its last line end, so the line
 * before that offset is meant.
 */
function lastOffset(text: string, end: number): number {
  return text[end - 1] === '\n' ? end - 1 - (text[end - 2] === '\r' ? 1 : 0) : end
}

function refuse({ text, kind, where }: Page, offset: number, why: string): PlanewrightError {
  return new PlanewrightError(kind.code, `${kind.name} is written in a way that cannot be edited`, {
    where: { ...where, ...positionOf(text, offset) },
    why,
    remedy: 'Write this place in plain block style, as kubeadm does, then run again.',
  })
}

/** The offset of an entry's `-`. */
function dashOf(page: Page, item: CollectionItem): number {
  const dash = indicatorOffset(item, 'seq-item-ind')
  if (dash === undefined || !isFirstOnLine(page.text, dash)) {
    throw refuse(page, dash ?? item.value?.offset ?? 0, 'This list does not begin on a line of its own.')
  }
  return dash
}

/** The lines of a value at a column: the first line without indentation, the others with all of theirs. */
type LinesAt = (column: number) => readonly string[]

/** Inserts an item after the one at `index - 1`, or before the first. */
export function insertItem(page: Page, items: CollectionItem[], index: number, linesAt: LinesAt): Splice {
  const { text } = page
  const neighbour = items[Math.max(index - 1, 0)]
  if (neighbour === undefined) throw refuse(page, 0, 'An empty list has no item to stand beside.')
  const dash = dashOf(page, neighbour)
  const column = columnOf(text, dash)
  const [first = '', ...rest] = linesAt(column + 2)
  const lines = [`${' '.repeat(column)}- ${first}`, ...rest]
  if (index > 0) return linesAfter(text, lastOffset(text, itemEnd(neighbour) ?? dash), lines)
  return replaceLines(text, dash, dash - column, lines)
}

/** Removes an item. The comments on its lines stay, as lines of their own. */
export function removeItem(page: Page, item: CollectionItem): Splice {
  const dash = dashOf(page, item)
  return removeLines(page, item, dash, itemEnd(item) ?? dash)
}

/** Removes a key and its value from a mapping. The comments on its lines stay, as lines of their own. */
export function removePair(page: Page, pairs: CollectionItem[], index: number): Splice {
  const { text } = page
  const pair = pairs[index]
  const key = pair?.key?.offset
  if (pair === undefined || key === undefined) throw refuse(page, 0, 'This mapping has no such plain key.')
  if (indicatorOffset(pair, 'explicit-key-ind') !== undefined)
    throw refuse(page, key, 'This key follows a `?`.')
  const end = itemEnd(pair) ?? key
  if (isFirstOnLine(text, key)) return removeLines(page, pair, key, end)
  // The first key of a list's item, after its `-`: the next key takes its place.
  const next = pairs[index + 1]?.key?.offset
  if (next === undefined) throw refuse(page, key, 'It is the only key of its mapping.')
  const comments = commentsIn(pairs, key, next)
  const lineBegin = lineBreak(text, key) + ' '.repeat(columnOf(text, key))
  return { start: key, end: next, text: comments.map((comment) => comment + lineBegin).join('') }
}

/** Adds a key and its value at the end of a mapping. */
export function addPair(page: Page, map: CST.BlockMap, linesAt: LinesAt): Splice {
  const { text } = page
  const key = map.items.find((item) => item.key)?.key?.offset
  if (key === undefined) throw refuse(page, map.offset, 'This mapping has no plain key.')
  const column = columnOf(text, key)
  const [first = '', ...rest] = linesAt(column)
  return linesAfter(text, lastOffset(text, tokenEnd(map)), [' '.repeat(column) + first, ...rest])
}

function removeLines({ text }: Page, item: CollectionItem, start: number, end: number): Splice {
  const next = nextLine(text, lastOffset(text, end))
  const indent = ' '.repeat(columnOf(text, start))
  const comments = commentsIn(item, start, next).map((comment) => indent + comment)
  return replaceLines(text, start, next, comments)
}
