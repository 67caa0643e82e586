import { findExactName } from './field-selector.ts'
import { isLabelSelector } from './label-selector.ts'

/** The parts of a list's query that an audit policy depends on. */
export interface ListOptions {
  readonly watch: boolean
  /** The object that `fieldSelector=metadata.name=…` limits the list to, else `''`. */
  readonly name: string
}

const INT64_LIMIT = 2n ** 63n

/**
 * Reads the query of a request that lists or watches, as `ListOptions` of k8s.io/apimachinery v0.37.2 does.
 * The first value of a parameter counts. When one of them cannot be read, the name is dropped, but `watch`
 * still counts.
 */
export function readListOptions(query: string): ListOptions {
  const parameters = readQuery(query)
  const watch = parameters.has('watch') && !isFalse(parameters.get('watch') ?? '')
  if (!['limit', 'timeoutSeconds'].every((name) => isAbsentOrInt64(parameters.get(name))))
    return { watch, name: '' }
  if (!isLabelSelector(parameters.get('labelSelector') ?? '')) return { watch, name: '' }
  const name = findExactName(parameters.get('fieldSelector') ?? '')
  return { watch, name: name !== undefined && isPathSegmentName(name) ? name : '' }
}

/** Anything but `0` and `false` is true, even the empty value (apimachinery pkg/runtime/conversion.go). */
function isFalse(value: string): boolean {
  return value === '0' || value.toLowerCase() === 'false'
}

function isAbsentOrInt64(value: string | undefined): boolean {
  if (value === undefined) return true
  if (!/^[+-]?[0-9]+$/.test(value)) return false
  const number = BigInt(value.replace('+', ''))
  return number >= -INT64_LIMIT && number < INT64_LIMIT
}

function isPathSegmentName(name: string): boolean {
  return name !== '.' && name !== '..' && !/[/%]/.test(name)
}

/**
 * The first value of each parameter. Like Go's `url.ParseQuery`, and unlike the browsers' parser, it drops a
 * pair with a semicolon or a broken escape.
 */
function readQuery(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>()
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue
    const mark = pair.indexOf('=')
    const name = unescape(mark < 0 ? pair : pair.slice(0, mark))
    const value = unescape(mark < 0 ? '' : pair.slice(mark + 1))
    if (name === undefined || value === undefined || parameters.has(name)) continue
    parameters.set(name, value)
  }
  return parameters
}

function unescape(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    // The escapes are valid, but the bytes are not UTF-8: Go keeps them. No name or selector that matters has
    // such bytes.
    return '\ufffd'
  }
}
