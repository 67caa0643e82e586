/**
 * Finds the sentence with which a program ended: in cobra's error about a flag, in run.go's error, in a
 * panic.
 */
const decisive: readonly RegExp[] = [
  // cobra, for a flag that it does not know or a value that it cannot read
  /^Error: (.*)$/,
  // k8s.io/component-base cli/run.go
  /^E\d{4} .*\] "command failed" err=("(?:[^"\\]|\\.)*")$/,
  /^(panic: .*)$/,
]

function unquote(text: string): string {
  try {
    return text.startsWith('"') ? String(JSON.parse(text)) : text
  } catch {
    // Go quotes some characters in a way that JSON does not know.
    return text
  }
}

function sentenceOf(line: string): string | undefined {
  const found = decisive.map((pattern) => pattern.exec(line)?.[1]).find((text) => text !== undefined)
  return found === undefined ? undefined : unquote(found)
}

/**
 * What a program said last: first the sentence with which it ended, then the lines that klog marks as errors
 * or fatal. If there are none: all lines. In a container's log, the CRI puts a timestamp, a stream and a flag
 * before each line's text.
 */
export function lastWords(log: string): string {
  const lines = log
    .replace(/^\S+ (?:stdout|stderr) [FP] /gm, '')
    .trim()
    .split('\n')
  const last = lines.findLast((line) => sentenceOf(line) !== undefined)
  const errors = lines.filter((line) => /^[EF]\d{4} /.test(line) && line !== last)
  if (last !== undefined) return [...new Set([sentenceOf(last), ...errors.slice(-4)])].join('\n')
  return [...new Set(errors.length > 0 ? errors.slice(-5) : lines.slice(-20))].join('\n')
}
