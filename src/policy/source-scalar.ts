import type { Scalar } from 'yaml'
import { readPlainScalar } from './plain-scalar.ts'
import { refuseSource } from './refuse.ts'
import type { Place, SourceScalar } from './source.ts'

/** One scalar of a text. */
export interface WrittenScalar {
  readonly node: Scalar
  /** As in the text, with its quotes. */
  readonly written: string
  readonly place: Place
  /** Whether it is in a list or mapping in brackets. */
  readonly inFlow: boolean
}

/** Reads a scalar as YAML 1.1. What YAML 1.2 knows, but go.yaml.in/yaml/v2 v2.4.4 does not, is refused. */
export function readYamlScalar({ node, written, place, inFlow }: WrittenScalar): SourceScalar {
  const value = String(node.value)
  if (node.type === 'QUOTE_DOUBLE' && /^(?:[^\\]|\\[^/])*\\\//s.test(written)) {
    throw refuseSource('YAML 1.1 has no escape \\/: write /', place)
  }
  if (node.type !== 'PLAIN') return readString(value, place)
  if (inFlow && /^:|\?/.test(written)) {
    throw refuseSource(`between brackets ${JSON.stringify(written)} needs quotes`, place)
  }
  const meaning = readPlainScalar(value)
  switch (meaning) {
    case 'null':
      return { kind: 'null', place }
    case 'true':
    case 'false':
      return { kind: 'boolean', place, value: meaning === 'true', text: written }
    case 'number':
      return { kind: 'number', place, text: written }
    case 'string':
      return readString(value, place)
  }
}

/** Reads a scalar as JSON. */
export function readJsonScalar({ written, place }: WrittenScalar): SourceScalar {
  const value: unknown = JSON.parse(written)
  if (typeof value === 'string') return readString(value, place)
  if (typeof value === 'boolean') return { kind: 'boolean', place, value, text: written }
  return value === null ? { kind: 'null', place } : { kind: 'number', place, text: written }
}

function readString(value: string, place: Place): SourceScalar {
  // Half a character, which only an escape can write: Go replaces it by U+FFFD.
  if (/\p{Surrogate}/u.test(value))
    throw refuseSource('an escape in this text is only half of a character', place)
  return { kind: 'string', place, value }
}
