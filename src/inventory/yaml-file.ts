import {
  type Document,
  isScalar,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
  type YAMLMap,
} from 'yaml'
import { type ErrorPlace, PlanewrightError } from '../error.ts'
import { ansibleScalarTags, jsonNumberTag } from './yaml-scalars.ts'

/** A YAML file as Ansible reads it, with the places of its parts. */
export interface YamlFile {
  /** The path as the operator gave it, for messages. */
  readonly file: string
  readonly document: Document.Parsed
  readonly lines: LineCounter
}

/**
 * Reads YAML as Ansible does: version 1.1 with merge keys, or JSON when the whole text is JSON (ansible-core
 * 2.19, parsing/utils/yaml.py). The difference matters for numbers such as `1e5`.
 *
 * @throws PlanewrightError `inventory` with file, line and column, for syntax errors, duplicate keys, vaults
 * and tags
 */
export function parseYamlFile(text: string, file: string): YamlFile {
  if (text.startsWith('$ANSIBLE_VAULT')) throw vaultRefused({ file, line: 1, column: 1 })
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.1',
    schema: 'failsafe',
    customTags: isJson(text) ? [jsonNumberTag, ...ansibleScalarTags] : ansibleScalarTags,
    merge: true,
    // Checked later, where the exact place of the second key is known.
    uniqueKeys: false,
    lineCounter: lines,
    prettyErrors: false,
  })
  const yaml: YamlFile = { file, document, lines }
  const error = document.errors[0]
  if (error !== undefined) throw syntaxError(placeAt(yaml, error.pos[0]), wordsOf(error), error)
  refuseUnreadable(yaml)
  return yaml
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The parser's own words, unless they are about its programming interface. */
function wordsOf(error: Pick<YAMLError, 'code' | 'message'>): string {
  return error.code === 'MULTIPLE_DOCS' ? 'The file has more than one document (---).' : error.message
}

function refuseUnreadable(yaml: YamlFile): void {
  visit(yaml.document, {
    Node: (_key, node) => {
      const tag = 'tag' in node ? node.tag : undefined
      if (tag === '!vault' || tag === '!vault-encrypted') throw vaultRefused(placeOf(yaml, node))
    },
    Alias: (_key, alias, ancestors) => {
      const target = alias.resolve(yaml.document)
      const why =
        target === undefined
          ? `There is no &${alias.source} before this *${alias.source}`
          : // Following such an alias would never end.
            ancestors.includes(target) && `*${alias.source} is inside of &${alias.source}`
      if (why !== false) throw syntaxError(placeOf(yaml, alias), why, undefined)
    },
    Map: (_key, mapping) => {
      refuseSecondKeys(yaml, mapping)
    },
  })
  const warning = yaml.document.warnings[0]
  if (warning === undefined) return
  throw new PlanewrightError('inventory', 'the YAML has something that cannot be read', {
    where: placeAt(yaml, warning.pos[0]),
    why: warning.message,
    remedy: 'Write it as plain text, a number, a list or a mapping.',
  })
}

function refuseSecondKeys(yaml: YamlFile, mapping: YAMLMap): void {
  const seen = new Map<unknown, Node>()
  for (const { key } of mapping.items as { key: Node }[]) {
    if (!isScalar(key) || key.value === '<<') continue
    const first = seen.get(key.value)
    if (first !== undefined) {
      const line = placeOf(yaml, first).line ?? 0
      throw syntaxError(placeOf(yaml, key), `${String(key.value)} is already in line ${line}`, undefined)
    }
    seen.set(key.value, key)
  }
}

function vaultRefused(where: ErrorPlace): PlanewrightError {
  return new PlanewrightError(
    'inventory',
    'the file or value is encrypted with Ansible Vault, which planewright does not open',
    {
      where,
      why: 'planewright needs no secret in a variable, so it never asks for a vault password.',
      remedy:
        'Keep encrypted variables where only Ansible reads them, for example in the vars_files of a playbook.',
    },
  )
}

/** The error for text that is not valid YAML, or makes no sense as YAML. */
export function syntaxError(where: ErrorPlace, why: string, cause: unknown): PlanewrightError {
  return new PlanewrightError('inventory', 'the YAML is not valid', {
    where,
    why,
    remedy: 'Correct the file at this place.',
    cause,
  })
}

/** The place of an offset in the file. An offset at the very end still has a line. */
function placeAt(yaml: YamlFile, offset: number): ErrorPlace {
  const { line, col } = yaml.lines.linePos(offset)
  return { file: yaml.file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

/** Where a node begins; without a node, only the file. */
export function placeOf(yaml: YamlFile, node: Node | null): ErrorPlace {
  const offset = node?.range?.[0]
  return offset === undefined ? { file: yaml.file } : placeAt(yaml, offset)
}
