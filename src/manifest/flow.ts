import { isFirstOnLine, lineBreak, lineEnd, lineStart, nextLine } from './splice.ts'
import type { Splice } from './splice.ts'
import { commentsIn, itemEnd } from './token.ts'
import type { CollectionItem, CST } from './token.ts'

/** An entry of `[…]` or `{…}`: its place, and the comma after it, if there is one. */
interface Entry {
  readonly item: CollectionItem
  readonly start: number
  readonly end: number
  readonly comma: number | undefined
}

function entriesOf(collection: CST.FlowCollection): Entry[] {
  const { items } = collection
  return items.flatMap((item, index) => {
    const ink = item.start.find((token) => !['space', 'newline', 'comment', 'comma'].includes(token.type))
    const start = ink?.offset ?? item.key?.offset ?? item.sep?.[0]?.offset ?? item.value?.offset
    if (start === undefined) return []
    const comma = items[index + 1]?.start.find((token) => token.type === 'comma')?.offset
    return [{ item, start, end: itemEnd(item) ?? start, comma }]
  })
}

/**
 * Inserts an entry's text after the entry at `index - 1`, or before the first; on a line of its own if that
 * entry is.
 */
export function insertEntry(
  text: string,
  collection: CST.FlowCollection,
  index: number,
  entry: string,
): Splice[] {
  const entries = entriesOf(collection)
  const neighbour = entries[Math.max(index - 1, 0)]
  if (neighbour === undefined) {
    const inside = collection.start.offset + 1
    return [{ start: inside, end: inside, text: entry }]
  }
  const { start, end, comma } = neighbour
  if (index === 0) return [{ start, end: start, text: `${entry}, ` }]
  const tail = lineEnd(text, end)
  const hasOwnLine = isFirstOnLine(text, start) && /^\s*,?\s*(#.*)?$/.test(text.slice(end, tail))
  if (!hasOwnLine || (comma !== undefined && comma > tail)) return [{ start: end, end, text: `, ${entry}` }]
  const line = lineBreak(text, end) + text.slice(lineStart(text, start), start) + entry
  if (comma !== undefined) return [{ start: tail, end: tail, text: `${line},` }]
  return tail === end
    ? [{ start: end, end, text: `,${line}` }]
    : [
        { start: end, end, text: ',' },
        { start: tail, end: tail, text: line },
      ]
}

/** Removes an entry and one comma; comments stay. */
export function removeEntry(text: string, collection: CST.FlowCollection, index: number): Splice[] {
  const entries = entriesOf(collection)
  const entry = entries[index]
  if (entry === undefined) return []
  const { item, start, end } = entry
  const comma = entry.comma ?? entries[index - 1]?.comma
  const comments = commentsIn([item.key, item.sep, item.value], start, end)
  const behind = entry.comma === undefined ? end : entry.comma + 1
  const isJoined = behind === end || text.slice(end, behind).trim() === ','
  const stop = isJoined ? behind : end
  const splices: Splice[] = []
  if (comma !== undefined && !(comma >= start && comma < stop)) {
    splices.push({ start: comma, end: comma + 1, text: '' })
  }
  if (comments.length > 0) {
    const newline = lineBreak(text, start) + ' '.repeat(start - lineStart(text, start))
    splices.push({ start, end: stop, text: ` ${comments.map((comment) => comment + newline).join('')}` })
  } else if (isFirstOnLine(text, start) && text.slice(stop, lineEnd(text, stop)).trim() === '') {
    splices.push({ start: lineStart(text, start), end: nextLine(text, stop), text: '' })
  } else {
    splices.push(tightRange(text, start, stop, entry.comma === undefined))
  }
  return splices
}

/** The range of an entry with the spaces that can go. A comment must stay a comment: ` #`, not `[#`. */
function tightRange(text: string, start: number, stop: number, isLast: boolean): Splice {
  const rest = text.slice(stop)
  const spaces = /^ */.exec(rest)?.[0].length ?? 0
  if (isFirstOnLine(text, start)) return { start, end: stop + spaces, text: '' }
  if (/^ *(#|\r?\n|$)/.test(rest)) return { start, end: stop, text: '' }
  const lead = isLast ? (/ *$/.exec(text.slice(0, start))?.[0].length ?? 0) : 0
  return { start: start - lead, end: stop + spaces, text: '' }
}
