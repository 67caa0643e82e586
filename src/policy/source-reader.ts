import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
} from 'yaml'
import { refuseSource } from './refuse.ts'
import type { Place, SourceEntry, SourceNode, SourceScalar } from './source.ts'
import type { WrittenScalar } from './source-scalar.ts'

/** A parsed text, and how to read it. */
export interface ParsedSource {
  readonly document: Document.Parsed
  readonly text: string
  readonly placeAt: (offset: number) => Place
  readonly readScalar: (scalar: WrittenScalar) => SourceScalar
}

/**
 * Reads the tree of a parsed text, and follows aliases and merge keys.
 *
 * @throws PlanewrightError `policy`
 */
export function readTree(source: ParsedSource): SourceNode {
  return createReader(source)(source.document.contents)
}

function createReader({
  document,
  text,
  placeAt,
  readScalar,
}: ParsedSource): (node: Node | null) => SourceNode {
  const open = new Set<Node>()
  let nodes = 0
  let aliased = 0
  let aliasDepth = 0
  let flowDepth = 0

  function read(node: Node | null): SourceNode {
    const place = placeAt(node?.range?.[0] ?? 0)
    nodes += 1
    if (aliasDepth > 0) aliased += 1
    refuseExcess(nodes, aliased, place)
    if (node === null) return { kind: 'null', place }
    if (isAlias(node)) return readAlias(node, place)
    if (node.tag !== undefined) {
      throw refuseSource(
        `planewright does not read YAML tags such as ${node.tag}: put text in quotes instead`,
        place,
      )
    }
    if (isScalar(node)) return readScalar({ node, written: writtenOf(node), place, inFlow: flowDepth > 0 })
    return readCollection(node, place)
  }

  function readCollection(node: Node, place: Place): SourceNode {
    const isFlow = 'flow' in node && node.flow
    if (isFlow) flowDepth += 1
    try {
      if (isSeq<Node | null>(node)) return { kind: 'list', place, items: node.items.map(read) }
      if (isMap<Node, Node | null>(node)) return { kind: 'map', place, entries: node.items.flatMap(readPair) }
    } finally {
      if (isFlow) flowDepth -= 1
    }
    throw refuseSource('this is not a mapping, a list or text', place)
  }

  function writtenOf({ range }: Scalar): string {
    return range === undefined || range === null ? '' : text.slice(range[0], range[1])
  }

  function readAlias(alias: Alias, place: Place): SourceNode {
    const target = alias.resolve(document)
    if (target === undefined) throw refuseSource(`there is no anchor &${alias.source}`, place)
    if (open.has(target)) throw refuseSource(`the anchor &${alias.source} contains itself`, place)
    aliasDepth += 1
    open.add(target)
    const value = read(target)
    open.delete(target)
    aliasDepth -= 1
    return value
  }

  function readPair({ key, value }: Pair<Node, Node | null>): readonly SourceEntry[] {
    const name = read(key)
    if (isMergeKey(key)) return readMerged(read(value), name.place)
    if (name.kind !== 'string') throw refuseSource('a key has to be text: put it in quotes', name.place)
    const { place } = name
    refuseColon(key, place)
    const atColon =
      value?.range === undefined || value.range === null || (isScalar(value) && value.source === '')
    const content = read(value)
    return [{ key: name.value, place, value: atColon ? { ...content, place } : content, merged: false }]
  }

  /** Refuses a key that only YAML 1.2 recognizes by its colon, and YAML 1.1 does not. */
  function refuseColon(key: Node, place: Place): void {
    const behind = text.slice(key.range?.[1] ?? 0)
    if (/^[^\S\n]*(?:#.*)?\n\s*:/.test(behind)) {
      throw refuseSource('a key and its colon have to be on the same line', place)
    }
    if (flowDepth > 0 && isScalar(key) && key.type === 'PLAIN' && /^\s*:[^\s,\]}]/.test(behind)) {
      throw refuseSource('between brackets a key needs a space after its colon, or quotes', place)
    }
  }

  return read
}

/**
 * If several mappings are merged, each entry counts. Two entries with one key are found where keys are
 * compared.
 */
function readMerged(source: SourceNode, place: Place): readonly SourceEntry[] {
  const maps = source.kind === 'list' ? source.items : [source]
  return maps.flatMap((map) => {
    if (map.kind === 'map') return map.entries.map((entry) => ({ ...entry, merged: true }))
    throw refuseSource('<< can merge only a mapping or a list of mappings', place)
  })
}

function isMergeKey(key: Node): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<'
}

/** The limits of go.yaml.in/yaml/v2 v2.4.4 (`decode.go`, allowedAliasRatio), rounded to the strict side. */
function refuseExcess(nodes: number, aliased: number, place: Place): void {
  if (aliased <= 100 || nodes <= 1000) return
  if (aliased / nodes > 0.9 || nodes > 300_000)
    throw refuseSource('the aliases expand to too many values', place)
}
