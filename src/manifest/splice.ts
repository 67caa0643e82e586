/** A replacement for a range of the text. Offsets count UTF-16 units; `end` is exclusive. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Performs splices that do not overlap; those at the same place stay in their order. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  const ordered = splices.toSorted((one, other) => one.start - other.start || one.end - other.end)
  let result = ''
  let position = 0
  for (const splice of ordered) {
    result += text.slice(position, splice.start) + splice.text
    position = splice.end
  }
  return result + text.slice(position)
}

/** The offset of the first character of an offset's line; a byte-order mark does not count. */
export function lineStart(text: string, offset: number): number {
  const start = text.lastIndexOf('\n', offset - 1) + 1
  return start === 0 && text.startsWith('\uFEFF') ? 1 : start
}

/** The offset after the last character of a line, before its line end. */
export function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  if (newline === -1) return text.length
  return newline > offset && text[newline - 1] === '\r' ? newline - 1 : newline
}

/** The offset of the next line; the length of the text on the last one. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset)
  return newline === -1 ? text.length : newline + 1
}

/** The line end in use around an offset, so that CRLF stays CRLF. */
export function lineBreak(text: string, offset: number): string {
  const newline = text.indexOf('\n', offset)
  const nearest = newline === -1 ? text.lastIndexOf('\n') : newline
  return nearest > 0 && text[nearest - 1] === '\r' ? '\r\n' : '\n'
}

/** The column, from 0, of an offset. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}

/** Whether only spaces come before an offset on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return text.slice(lineStart(text, offset), offset).trim() === ''
}

/** Inserts whole lines after the line of an offset. If the final line end is missing, it stays missing. */
export function linesAfter(text: string, offset: number, lines: readonly string[]): Splice {
  const end = lineEnd(text, offset)
  const newline = lineBreak(text, offset)
  return { start: end, end, text: lines.map((line) => newline + line).join('') }
}

/**
 * Replaces whole lines, from the line of `start` to the one before offset `end` (a line's start, or the end
 * of the text).
 */
export function replaceLines(text: string, start: number, end: number, lines: readonly string[]): Splice {
  const from = lineStart(text, start)
  const newline = lineBreak(text, start)
  const isUnended = end === text.length && !text.endsWith('\n')
  if (!isUnended) return { start: from, end, text: lines.map((line) => line + newline).join('') }
  // The line before becomes the last one. It has no line end either, so blank lines in between are removed
  // too.
  const above =
    lines.length === 0
      ? text.slice(0, from).trimEnd().length
      : text.slice(0, from).replace(/\r?\n$/, '').length
  return { start: above, end, text: lines.map((line) => newline + line).join('') }
}
