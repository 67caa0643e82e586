/**
 * The name that a field selector requires for `metadata.name`; undefined when it requires none or cannot be
 * read (k8s.io/apimachinery v0.37.2, pkg/fields/selector.go).
 */
export function findExactName(selector: string): string | undefined {
  const terms = splitTerms(selector).filter((term) => term !== '')
  const requirements = terms.map(readTerm)
  if (requirements.includes(undefined)) return undefined
  // Terms are sorted before they are searched, so the smaller of two names counts.
  const names = requirements
    .map((requirement, index) => ({ requirement, term: terms[index] ?? '' }))
    .filter(({ requirement }) => requirement?.equal === true && requirement.field === 'metadata.name')
    .sort((one, other) => Buffer.compare(Buffer.from(one.term), Buffer.from(other.term)))
  return names[0]?.requirement?.value
}

interface Requirement {
  readonly field: string
  readonly equal: boolean
  readonly value: string
}

/** Splits at commas, unless a backslash comes before them. */
function splitTerms(selector: string): readonly string[] {
  const terms: string[] = []
  let term = ''
  let escaped = false
  for (const character of selector) {
    if (character === ',' && !escaped) {
      terms.push(term)
      term = ''
      continue
    }
    escaped = !escaped && character === '\\'
    term += character
  }
  return [...terms, term]
}

function readTerm(term: string): Requirement | undefined {
  const parts = /^(?<field>[^=]*?)(?<operator>!=|==|=)(?<value>.*)$/s.exec(term)?.groups
  const value = unescapeValue(parts?.value ?? '')
  if (parts === undefined || value === undefined) return undefined
  return { field: parts.field ?? '', equal: parts.operator !== '!=', value }
}

/** Only `\\`, `\,` and `\=` are escapes, and a bare comma or equals sign is not allowed. */
function unescapeValue(value: string): string | undefined {
  if (!/^(?:[^\\,=]|\\[\\,=])*$/su.test(value)) return undefined
  return value.replace(/\\(.)/gs, '$1')
}
