import { isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml'
import type { Document, ParsedNode } from 'yaml'
import { PlanewrightError } from '../error.ts'
import type { ErrorPlace } from '../error.ts'
import { staticPodManifest } from './document-kind.ts'
import type { DocumentKind } from './document-kind.ts'

/** Where a manifest's text comes from, for errors. */
export interface ManifestPlace {
  readonly path: string
  readonly host?: string
}

/** A YAML text, its syntax tree with the source tokens, and its value. */
export interface YamlSource {
  readonly text: string
  readonly kind: DocumentKind
  readonly document: Document.Parsed
  /**
   * The document as JSON has it. Aliases are resolved and not shared, so it may be changed without side
   * effects.
   */
  readonly value: unknown
  /** Whether the text is JSON, so that it has to stay JSON. */
  readonly isJson: boolean
  readonly where: ErrorPlace
}

/**
 * How a text is parsed. The kubelet reads static pods with go-yaml v2 (k/k `pkg/kubelet/config/common.go`,
 * sigs.k8s.io/yaml), which is YAML 1.1: `yes` is true there, and `<<` merges. kubeadm reads its configuration
 * in the same way (apimachinery `pkg/runtime/serializer/json/json.go`, Decode).
 */
const kubernetesYaml = { version: '1.1', keepSourceTokens: true, prettyErrors: true } as const

/** Line and column, both from 1, of an offset in the text. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

/**
 * Reads the manifest of a static pod.
 * @throws PlanewrightError `manifest`, as {@link parseYamlSource} does.
 */
export function parseManifest(text: string, where: ErrorPlace): YamlSource {
  return parseYamlSource(text, staticPodManifest, where)
}

/**
 * Reads a text of one document.
 * @throws PlanewrightError with the code of its kind: not YAML (or, after a brace, not JSON), empty, or more
 * than one document.
 */
export function parseYamlSource(text: string, kind: DocumentKind, where: ErrorPlace): YamlSource {
  const isJson = isJsonText(text, kind, where)
  const lines = new LineCounter()
  const documents = [...parseAllDocuments(text, { ...kubernetesYaml, lineCounter: lines })]
  for (const error of documents.flatMap((document) => document.errors)) {
    const { line, col: column } = lines.linePos(error.pos[0])
    throw new PlanewrightError(kind.code, `${kind.name} is not YAML`, {
      where: { ...where, line, column },
      why: error.message.replace(/\s*:?\n[^]*$/, ''),
      remedy: kind.correct,
      cause: error,
    })
  }
  const document = onlyDocument(documents, text, kind, where)
  return { text, kind, document, value: plainValue(document, kind, where), isJson, where }
}

function onlyDocument(
  documents: Document.Parsed[],
  text: string,
  { code, name, kind, restore }: DocumentKind,
  where: ErrorPlace,
): Document.Parsed {
  const filled = documents.filter((document) => !isEmpty(document.contents))
  const [first, second] = filled
  if (first === undefined) {
    throw new PlanewrightError(code, `${name} is empty`, {
      where,
      why: 'It holds no YAML document with anything in it.',
      remedy: restore,
    })
  }
  if (second !== undefined || first !== documents[0]) {
    const odd = second ?? first
    throw new PlanewrightError(code, `${name} holds several YAML documents`, {
      where: { ...where, ...positionOf(text, odd.contents?.range[0] ?? 0) },
      why: 'Only the first document is ever read, so it is not clear which one is meant.',
      remedy: `Leave only the ${kind} in it, then run again.`,
    })
  }
  return first
}

function isEmpty(contents: ParsedNode | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null)
}

function plainValue(
  document: Document.Parsed,
  { code, name, kind, correct }: DocumentKind,
  where: ErrorPlace,
): unknown {
  if (!isMap(document.contents)) {
    throw new PlanewrightError(code, `${name} is not a ${kind}`, {
      where,
      why: 'The YAML in it is not a mapping of keys to values.',
      remedy: correct,
    })
  }
  try {
    return JSON.parse(JSON.stringify(document.toJS()))
  } catch (cause) {
    throw new PlanewrightError(code, `${name} cannot be resolved`, {
      where,
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Write it without aliases, then run again.',
      cause,
    })
  }
}

/**
 * Whether the text counts as JSON: for the kubelet, a text that begins with `{` is never YAML (apimachinery
 * `pkg/util/yaml/decoder.go`, ToJSON and hasJSONPrefix). kubeadm v1.37.2 also refuses it as YAML.
 */
function isJsonText(text: string, { code, name, reader }: DocumentKind, where: ErrorPlace): boolean {
  if (!/^\uFEFF?\s*\{/.test(text)) return false
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''))
    return true
  } catch (cause) {
    throw new PlanewrightError(code, `${name} is not JSON`, {
      where,
      why: `It begins with a brace, so ${reader} reads it as JSON: ${cause instanceof Error ? cause.message : ''}`,
      remedy: 'Make it valid JSON, or YAML that begins with a key, then run again.',
      cause,
    })
  }
}
