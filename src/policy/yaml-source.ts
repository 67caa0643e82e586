import { type Document, isScalar, LineCounter, parseAllDocuments, type ParsedNode } from 'yaml'
import { refuseSource } from './refuse.ts'
import { readTree, type ParsedSource } from './source-reader.ts'
import { readJsonScalar, readYamlScalar } from './source-scalar.ts'
import { prepareYaml } from './source-text.ts'
import type { SourceNode } from './source.ts'
import { refuseBrokenJson } from './strict-json.ts'

type PlaceAt = ParsedSource['placeAt']

/**
 * Reads a policy file. A file whose first character is `{` is strict JSON, anything else is YAML 1.1:
 * kube-apiserver chooses in the same way (k8s.io/apimachinery v0.37.2, pkg/util/yaml `IsJSONBuffer`). In
 * addition to what kube-apiserver refuses, this refuses tags, directives, keys that are not text, and
 * anything after the first document, which kube-apiserver ignores.
 *
 * @throws PlanewrightError `policy`, without the file
 */
export function readSource(text: string): SourceNode {
  // The white space that Go's unicode.IsSpace knows: a byte order mark is not white space.
  const isJson = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*\{/.test(text)
  if (isJson) refuseBrokenJson(text)
  const prepared = isJson ? text : prepareYaml(text)
  const lines = new LineCounter()
  const placeAt: PlaceAt = (offset) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const document = parseOnlyDocument(prepared, lines, placeAt)
  return readTree({ document, text: prepared, placeAt, readScalar: isJson ? readJsonScalar : readYamlScalar })
}

function parseOnlyDocument(text: string, lineCounter: LineCounter, placeAt: PlaceAt): Document.Parsed {
  const parsed = parseAllDocuments(text, {
    version: '1.1',
    schema: 'failsafe',
    uniqueKeys: false,
    lineCounter,
    prettyErrors: false,
    logLevel: 'silent',
  })
  const [document, ...others] = Array.isArray(parsed) ? parsed : []
  if (document === undefined) throw refuseSource('the file has no YAML in it', { line: 1, column: 1 })
  const error = document.errors[0]
  if (error !== undefined) throw refuseSource(error.message, placeAt(error.pos[0]))
  if (isNothing(document.contents)) {
    const found =
      others.length > 0
        ? 'the first document is empty, and kube-apiserver reads no other'
        : 'the file has no YAML in it'
    throw refuseSource(found, { line: 1, column: 1 })
  }
  const other = others.find(({ contents, errors }) => errors.length > 0 || !isNothing(contents))
  if (other !== undefined) {
    throw refuseSource(
      'kube-apiserver reads only the first document, and would ignore what follows',
      placeAt(other.errors[0]?.pos[0] ?? other.contents?.range[0] ?? other.range[0]),
    )
  }
  return document
}

function isNothing(node: ParsedNode | null): boolean {
  return node === null || (isScalar(node) && node.source === '' && node.type === 'PLAIN')
}
