import { parse } from 'yaml'

/** How a string is written: as plainly as YAML allows (`flow`: inside brackets), or in quotes. */
export type Quoting = 'plain' | 'flow' | 'single' | 'double'

const contexts = {
  plain: ['- VALUE', '- k: VALUE'],
  flow: ['[VALUE]', '[VALUE, k]', '[{k: VALUE}]', '[{k: VALUE, l: m}]'],
} as const

/**
 * A value that fits on one line, as YAML. A plain string is quoted if any reader could take it for something
 * else: the kubelet's YAML 1.1 (`yes`, `0777`, `1_000`, dates), or YAML 1.2 tools.
 */
export function scalarText(value: string | number | boolean | null, quoting: Quoting): string {
  if (typeof value !== 'string') return String(value)
  if (quoting === 'plain' && isPlain(value, contexts.plain)) return value
  // go-yaml v2 accepts no `?` inside brackets, wherever it stands in a word.
  if (quoting === 'flow' && !value.includes('?') && isPlain(value, contexts.flow)) return value
  if (quoting === 'single' && isPrintable(value)) return `'${value.replaceAll("'", "''")}'`
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Whether YAML allows every character unescaped on one line. */
function isPrintable(value: string): boolean {
  return !/[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(value)
}

function isPlain(value: string, templates: readonly string[]): boolean {
  if (!/^[\w/.-]/.test(value) || !isPrintable(value) || value.endsWith(' ')) return false
  return templates.every((template) =>
    (['1.1', '1.2'] as const).every((version) => {
      try {
        const [item] = parse(
          template.replace('VALUE', () => value),
          { version, logLevel: 'silent' },
        ) as unknown[]
        return item === value || (item as Record<string, unknown> | null)?.k === value
      } catch {
        return false
      }
    }),
  )
}
