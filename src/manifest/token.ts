import type { CST } from 'yaml'

export type CollectionItem = CST.CollectionItem
export type { CST } from 'yaml'

/** The offset after the last character of a source token that is neither space, line end nor comment. */
function lastInk(tokens: readonly CST.SourceToken[] | undefined): number | undefined {
  const ink = tokens?.findLast((token) => !['space', 'newline', 'comment'].includes(token.type))
  return ink && ink.offset + ink.source.length
}

/** The offset after a value's own text, without trailing spaces and comments. */
export function tokenEnd(token: CST.Token): number {
  switch (token.type) {
    case 'block-scalar': {
      const header = token.props.at(-1)
      const start = header === undefined ? token.offset : endOfProp(header)
      return start + token.source.length
    }
    case 'flow-collection': {
      const bracket = token.end[0]
      return bracket === undefined ? token.offset : bracket.offset + bracket.source.length
    }
    case 'block-map':
    case 'block-seq': {
      const ends = token.items.map(itemEnd).filter((end) => end !== undefined)
      return ends.at(-1) ?? token.offset
    }
    default:
      return token.offset + ('source' in token ? token.source.length : 0)
  }
}

function endOfProp(token: CST.Token): number {
  return token.offset + ('source' in token ? token.source.length : 0)
}

/** The same for an entry of a collection; undefined if it has only spaces and comments. */
export function itemEnd(item: CollectionItem): number | undefined {
  if (item.value) return tokenEnd(item.value)
  return lastInk(item.sep) ?? (item.key ? tokenEnd(item.key) : lastInk(item.start))
}

/**
 * Where a missing value would stand: after the `:` or `-`, and after the tag and anchor, if there are any.
 */
export function emptyValueOffset(item: CollectionItem, offset: number): number {
  return lastInk(item.sep) ?? lastInk(item.start) ?? offset
}

/** The offset of a `-`, `?`, `,` or the like among an entry's first tokens. */
export function indicatorOffset(item: CollectionItem, type: CST.SourceToken['type']): number | undefined {
  return item.start.find((token) => token.type === type)?.offset
}

/** All comments below a token that start in a range of offsets, in order. */
export function commentsIn(token: unknown, start: number, end: number): string[] {
  if (typeof token !== 'object' || token === null) return []
  if ('type' in token && token.type === 'comment') {
    const { offset, source } = token as CST.SourceToken
    return offset >= start && offset < end ? [source.trimEnd()] : []
  }
  return Object.values(token).flatMap((part) => commentsIn(part, start, end))
}
