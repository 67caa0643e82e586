import { isMap, isPair, isSeq, visit } from 'yaml'
import { columnOf } from './splice.ts'
import { scalarText } from './scalar-text.ts'
import type { Quoting } from './scalar-text.ts'
import type { YamlSource } from './source.ts'

/** How a text is indented: columns from a key to its value below. */
export interface Indentation {
  /** To the `-` of a list: 0 in kubeadm's manifests. */
  readonly list: number
  /** To the keys of a mapping. */
  readonly mapping: number
}

type Plain = string | number | boolean | null

/** Finds a text's indentation, from its first list and its first mapping. */
export function indentationOf({ document, text }: YamlSource): Indentation {
  let list: number | undefined
  let mapping: number | undefined
  visit(document, {
    Pair(_, pair) {
      if (!isPair(pair) || pair.srcToken?.key == null) return
      const column = columnOf(text, pair.srcToken.key.offset)
      const value = pair.srcToken.value
      if (value == null) return
      if (isSeq(pair.value) && value.type === 'block-seq') list ??= columnOf(text, value.offset) - column
      if (isMap(pair.value) && value.type === 'block-map') mapping ??= columnOf(text, value.offset) - column
    },
  })
  return { list: list ?? 0, mapping: mapping ?? 2 }
}

/**
 * A value as the lines of a block. The first line has no indentation, the others have `column` more spaces.
 */
export function blockLines(value: unknown, column: number, indentation: Indentation): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      blockLines(item, column + 2, indentation).map((line, row) =>
        row > 0 ? line : index === 0 ? `- ${line}` : `${' '.repeat(column)}- ${line}`,
      ),
    )
  }
  if (!isMapping(value)) return [scalarText(value as Plain, 'plain')]
  return Object.entries(value).flatMap(([key, child], index) => {
    const [first = '', ...rest] = pairLines(key, child, column, indentation)
    return [index === 0 ? first : ' '.repeat(column) + first, ...rest]
  })
}

/** A key and its value as the lines of a block. The first line has no indentation. */
export function pairLines(key: string, value: unknown, column: number, indentation: Indentation): string[] {
  const name = scalarText(key, 'plain')
  if (!isMapping(value) && !Array.isArray(value)) return [`${name}: ${scalarText(value as Plain, 'plain')}`]
  const inner = column + (Array.isArray(value) ? indentation.list : indentation.mapping)
  const [first = '', ...rest] = blockLines(value, inner, indentation)
  return [`${name}:`, ' '.repeat(inner) + first, ...rest]
}

/** A value on one line, in brackets. With double quotes everywhere it is JSON. */
export function flowText(value: unknown, quoting: Quoting): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, quoting)).join(', ')}]`
  if (!isMapping(value)) return scalarText(value as Plain, quoting)
  return `{${Object.entries(value)
    .map(([key, child]) => flowPair(key, child, quoting))
    .join(', ')}}`
}

/** A key and its value inside braces. */
export function flowPair(key: string, value: unknown, quoting: Quoting): string {
  return `${scalarText(key, quoting)}: ${flowText(value, quoting)}`
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
