import { refuseSource } from './refuse.ts'
import type { Place } from './source.ts'

/**
 * Prepares a text for the YAML parser: with line ends that it knows, and without a byte order mark.
 *
 * @throws PlanewrightError `policy` for what kube-apiserver's parser, go.yaml.in/yaml/v2 v2.4.4, refuses or
 * reads in another way, and for what no policy needs: directives, tabs as indentation, and invisible
 * characters
 */
export function prepareYaml(text: string): string {
  const prepared = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n')
  const refuseMatch = (pattern: RegExp, describe: (match: string) => string): void => {
    const found = pattern.exec(prepared)
    if (found !== null) throw refuseSource(describe(found[0]), placeIn(prepared, found.index))
  }
  refuseMatch(UNREADABLE, (match) => {
    const point = (match.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return `the character U+${point} is not allowed in a YAML file`
  })
  refuseMatch(/^%/m, () => 'planewright does not read YAML directives')
  refuseMatch(/^ *\t/m, () => 'YAML does not allow a tab as indentation: use spaces')
  return prepared
}

/**
 * All characters except those that YAML calls printable. U+0085, U+2028 and U+2029 end a line in YAML 1.1,
 * but in no editor. U+FFFD appears where a text has another encoding.
 */
const UNREADABLE = /[^\t\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffc\u{10000}-\u{10ffff}]/u

/** The place of an offset. */
export function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 }
}
