import type { Located } from './locate.ts'
import { blockLines, indentationOf } from './render.ts'
import type { YamlSource } from './source.ts'
import { columnOf, isFirstOnLine, lineEnd, linesAfter, nextLine, replaceLines } from './splice.ts'
import type { Splice } from './splice.ts'
import { emptyValueOffset, tokenEnd } from './token.ts'
import type { CollectionItem } from './token.ts'

/** Replaces a value. A comment after it stays, a tag before it is removed. */
export function replaceValue(text: string, { item }: Located, value: string): Splice[] {
  const token = item.value
  if (!token) {
    const offset = emptyValueOffset(item, 0)
    return [{ start: offset, end: offset, text: ` ${value}` }]
  }
  const tags = tagSplices(text, item)
  if (token.type !== 'block-scalar') {
    return [...tags, { start: token.offset, end: tokenEnd(token), text: value }]
  }
  // `>- # comment`, and the text below it: the new value takes the header's place.
  const header = token.props.find((prop) => prop.type === 'block-scalar-header')
  const headerEnd = token.offset + (header && 'source' in header ? header.source.length : 1)
  const lines = lineEnd(text, headerEnd)
  const end = Math.max(lines, lines + text.slice(lines, tokenEnd(token)).trimEnd().length)
  return [...tags, { start: token.offset, end: headerEnd, text: value }, { start: lines, end, text: '' }]
}

function tagSplices(text: string, item: CollectionItem): Splice[] {
  return [...item.start, ...(item.sep ?? [])]
    .filter((token) => token.type === 'tag')
    .map(({ offset, source }) => {
      const end = offset + source.length
      return { start: offset, end: end + (/^ */.exec(text.slice(end))?.[0].length ?? 0), text: '' }
    })
}

/** Replaces a key's null or empty value by a mapping or list, as a block. */
export function replaceWithBlock(source: YamlSource, { item }: Located, value: object): Splice[] {
  const { text } = source
  const key = item.key?.offset ?? 0
  const token = item.value
  const indentation = indentationOf(source)
  const column = columnOf(text, key) + (Array.isArray(value) ? indentation.list : indentation.mapping)
  const [first = '', ...rest] = blockLines(value, column, indentation)
  const lines = [' '.repeat(column) + first, ...rest]
  if (!token) return [linesAfter(text, emptyValueOffset(item, key), lines)]
  const end = tokenEnd(token)
  if (isFirstOnLine(text, token.offset) && text.slice(end, lineEnd(text, end)).trim() === '') {
    return [replaceLines(text, token.offset, nextLine(text, end), lines)]
  }
  const spaces = / *$/.exec(text.slice(0, token.offset))?.[0].length ?? 0
  return [{ start: token.offset - spaces, end, text: '' }, linesAfter(text, end, lines)]
}
