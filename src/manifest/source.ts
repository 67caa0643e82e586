import { isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml'
import type { Document, ParsedNode } from 'yaml'
import { PlanewrightError } from '../error.ts'
import type { ErrorPlace } from '../error.ts'

/** Where a manifest's text comes from, for errors. */
export interface ManifestPlace {
  readonly path: string
  readonly host?: string
}

/** A manifest's text, its syntax tree with the source tokens, and what it means. */
export interface ManifestSource {
  readonly text: string
  readonly document: Document.Parsed
  /** The document as JSON has it: aliases resolved and not shared, so it may be changed without side effects. */
  readonly value: unknown
  /** Whether the text is JSON, so that it has to stay JSON. */
  readonly isJson: boolean
  readonly where: ErrorPlace
}

/**
 * How a manifest is parsed. The kubelet reads static pods with go-yaml v2 (k/k `pkg/kubelet/config/common.go`,
 * sigs.k8s.io/yaml), which is YAML 1.1: `yes` is true there, and `<<` merges.
 */
const kubeletYaml = { version: '1.1', keepSourceTokens: true, prettyErrors: true } as const

/** Line and column, both from 1, of an offset in the text. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - lineStart + 1 }
}

/**
 * Reads one manifest.
 * @throws PlanewrightError `manifest`: no YAML (or, behind a brace, no JSON), nothing in it, or more than one document.
 */
export function parseManifest(text: string, where: ErrorPlace): ManifestSource {
  const isJson = isJsonText(text, where)
  const lines = new LineCounter()
  const documents = [...parseAllDocuments(text, { ...kubeletYaml, lineCounter: lines })]
  for (const error of documents.flatMap((document) => document.errors)) {
    const { line, col: column } = lines.linePos(error.pos[0])
    throw new PlanewrightError('manifest', 'The static-pod manifest is not YAML', {
      where: { ...where, line, column },
      why: error.message.replace(/\s*:?\n[^]*$/, ''),
      remedy:
        'Correct the manifest by hand (a copy that kubeadm made shows how it should look), then run again.',
      cause: error,
    })
  }
  const document = onlyDocument(documents, text, where)
  return { text, document, value: plainValue(document, where), isJson, where }
}

function onlyDocument(documents: Document.Parsed[], text: string, where: ErrorPlace): Document.Parsed {
  const filled = documents.filter((document) => !isEmpty(document.contents))
  const [first, second] = filled
  if (first === undefined) {
    throw new PlanewrightError('manifest', 'The static-pod manifest is empty', {
      where,
      why: 'It holds no YAML document with anything in it.',
      remedy: 'Restore it, e.g. with: kubeadm init phase control-plane apiserver',
    })
  }
  if (second !== undefined || first !== documents[0]) {
    const odd = second ?? first
    throw new PlanewrightError('manifest', 'The static-pod manifest holds several YAML documents', {
      where: { ...where, ...positionOf(text, odd.contents?.range[0] ?? 0) },
      why: 'The kubelet reads only the first document of a file, so it is not clear which one is meant.',
      remedy: 'Leave only the Pod in the file, then run again.',
    })
  }
  return first
}

function isEmpty(contents: ParsedNode | null): boolean {
  return contents === null || (isScalar(contents) && contents.value === null)
}

function plainValue(document: Document.Parsed, where: ErrorPlace): unknown {
  if (!isMap(document.contents)) {
    throw new PlanewrightError('manifest', 'The static-pod manifest is not a Pod', {
      where,
      why: 'The YAML in it is not a mapping of keys to values.',
      remedy: 'Restore the manifest, then run again.',
    })
  }
  try {
    return JSON.parse(JSON.stringify(document.toJS()))
  } catch (cause) {
    throw new PlanewrightError('manifest', 'The static-pod manifest cannot be resolved', {
      where,
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Write the manifest without aliases, then run again.',
      cause,
    })
  }
}

/**
 * Whether the kubelet takes the text for JSON: one that begins with `{` is never YAML to it (apimachinery
 * `pkg/util/yaml/decoder.go`, ToJSON and hasJSONPrefix).
 */
function isJsonText(text: string, where: ErrorPlace): boolean {
  if (!/^\uFEFF?\s*\{/.test(text)) return false
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''))
    return true
  } catch (cause) {
    throw new PlanewrightError('manifest', 'The static-pod manifest is not JSON', {
      where,
      why: `It begins with a brace, so the kubelet reads it as JSON: ${cause instanceof Error ? cause.message : ''}`,
      remedy: 'Make it valid JSON, or YAML that begins with a key, then run again.',
      cause,
    })
  }
}
