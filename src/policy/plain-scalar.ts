/** The meaning of a plain (unquoted) YAML scalar. */
export type PlainScalar = 'null' | 'true' | 'false' | 'number' | 'string'

const WORDS: ReadonlyMap<string, PlainScalar> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, 'null'] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
    (word) => [word, 'true'] as const,
  ),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
    (word) => [word, 'false'] as const,
  ),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, 'number'] as const),
  ...['', '+', '-'].flatMap((sign) =>
    ['.inf', '.Inf', '.INF'].map((word) => [sign + word, 'number'] as const),
  ),
])

/**
 * Reads a plain scalar as kube-apiserver does: YAML 1.1 as in go.yaml.in/yaml/v2 v2.4.4 (`resolve.go`). So
 * `y` is true, `012` and `1_000` are numbers, `12:30:45` and dates are strings.
 */
export function readPlainScalar(text: string): PlainScalar {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  if (text.startsWith('.')) return FLOAT.test(text.replaceAll('_', '')) ? 'number' : 'string'
  if (!/^[-+0-9]/.test(text)) return 'string'
  const plain = text.replaceAll('_', '')
  return INTEGER.test(plain) || FLOAT.test(plain) ? 'number' : 'string'
}

const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/
// Go also reads a hexadecimal float after a point; a field of a policy can only hold it as text.
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
