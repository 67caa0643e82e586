import {
  describeNode,
  describeRepeated,
  describeUnknown,
  EMPTY_ENTRY,
  expectText,
} from './decode-messages.ts'
import type { PolicyFinding } from './policy.ts'
import type { Place, SourceNode } from './source.ts'

/** A policy as written: all fields are there, and nothing is validated yet. */
export interface WrittenPolicy {
  readonly apiVersion: string
  readonly kind: string
  readonly rules: readonly WrittenRule[]
  readonly omitStages: readonly string[]
  readonly omitManagedFields: boolean
}

export interface WrittenRule {
  readonly level: string
  readonly users: readonly string[]
  readonly userGroups: readonly string[]
  readonly verbs: readonly string[]
  readonly resources: readonly WrittenResources[]
  readonly namespaces: readonly string[]
  readonly nonResourceURLs: readonly string[]
  readonly omitStages: readonly string[]
  readonly omitManagedFields: boolean | undefined
}

export interface WrittenResources {
  readonly group: string
  readonly resources: readonly string[]
  readonly resourceNames: readonly string[]
}

/** The policy, the places of its fields, and what does not fit the types. */
export interface Decoded {
  readonly policy: WrittenPolicy
  /** By the path of a field, such as `rules[0].verbs[1]`: where its value begins. */
  readonly places: ReadonlyMap<string, Place>
  readonly errors: readonly PolicyFinding[]
}

/**
 * Decodes a source into the types of audit.k8s.io/v1 `Policy`, more strictly than kube-apiserver. Unknown and
 * repeated fields are errors: kube-apiserver only logs a warning, and drops or overwrites them. Empty entries
 * of lists are errors too: kube-apiserver reads them as `''`, or as the whole core group.
 */
export function decodePolicy(source: SourceNode): Decoded {
  const decoder = createDecoder()
  const policy = decoder.decode(source)
  return { policy, places: decoder.places, errors: decoder.errors }
}

type Fields = ReadonlyMap<string, SourceNode>

function createDecoder(): {
  decode: (source: SourceNode) => WrittenPolicy
  places: ReadonlyMap<string, Place>
  errors: readonly PolicyFinding[]
} {
  const places = new Map<string, Place>()
  const errors: PolicyFinding[] = []

  function complain(path: string, message: string, { line, column }: Place): void {
    errors.push({ message, path, line, column })
  }

  function fieldsOf(node: SourceNode, path: string, known: readonly string[]): Fields {
    const fields = new Map<string, SourceNode>()
    places.set(path, node.place)
    if (node.kind !== 'map') {
      complain(path, `expected a mapping of ${known.join(', ')}, found ${describeNode(node)}`, node.place)
      return fields
    }
    for (const entry of node.entries) {
      const field = join(path, entry.key)
      if (!known.includes(entry.key)) complain(field, describeUnknown(entry.key, known), entry.place)
      else if (fields.has(entry.key)) complain(field, describeRepeated(entry, node), entry.place)
      else {
        fields.set(entry.key, entry.value)
        places.set(field, entry.value.place)
      }
    }
    return fields
  }

  function text(fields: Fields, path: string, key: string): string {
    const node = fields.get(key)
    if (node === undefined || node.kind === 'null') return ''
    if (node.kind === 'string') return node.value
    complain(join(path, key), expectText(node), node.place)
    return ''
  }

  function flag(fields: Fields, path: string, key: string): boolean | undefined {
    const node = fields.get(key)
    if (node === undefined || node.kind === 'null') return undefined
    if (node.kind === 'boolean') return node.value
    complain(join(path, key), `expected true or false, found ${describeNode(node)}`, node.place)
    return undefined
  }

  function items<T>(
    fields: Fields,
    path: string,
    key: string,
    read: (node: SourceNode, path: string) => T,
  ): T[] {
    const node = fields.get(key)
    const field = join(path, key)
    if (node === undefined || node.kind === 'null') return []
    if (node.kind !== 'list') {
      complain(field, `expected a list, found ${describeNode(node)}`, node.place)
      return []
    }
    return node.items.map((item, index) => {
      const entry = `${field}[${index}]`
      places.set(entry, item.place)
      return read(item, entry)
    })
  }

  function texts(fields: Fields, path: string, key: string): string[] {
    return items(fields, path, key, (node, entry) => {
      if (node.kind === 'string') return node.value
      complain(entry, node.kind === 'null' ? EMPTY_ENTRY : expectText(node), node.place)
      return ''
    })
  }

  function resources(node: SourceNode, path: string): WrittenResources {
    const fields = fieldsOf(node, path, RESOURCES_FIELDS)
    return {
      group: text(fields, path, 'group'),
      resources: texts(fields, path, 'resources'),
      resourceNames: texts(fields, path, 'resourceNames'),
    }
  }

  function rule(node: SourceNode, path: string): WrittenRule {
    const fields = fieldsOf(node, path, RULE_FIELDS)
    return {
      level: text(fields, path, 'level'),
      users: texts(fields, path, 'users'),
      userGroups: texts(fields, path, 'userGroups'),
      verbs: texts(fields, path, 'verbs'),
      resources: items(fields, path, 'resources', resources),
      namespaces: texts(fields, path, 'namespaces'),
      nonResourceURLs: texts(fields, path, 'nonResourceURLs'),
      omitStages: texts(fields, path, 'omitStages'),
      omitManagedFields: flag(fields, path, 'omitManagedFields'),
    }
  }

  function metadata(fields: Fields): void {
    const node = fields.get('metadata')
    if (node === undefined || node.kind === 'null') return
    const inner = fieldsOf(node, 'metadata', METADATA_FIELDS)
    for (const key of METADATA_TEXTS) text(inner, 'metadata', key)
    for (const key of METADATA_MAPS) textMap(inner.get(key), join('metadata', key))
    const created = inner.get('creationTimestamp')
    if (created !== undefined && created.kind !== 'null') {
      complain(
        'metadata.creationTimestamp',
        'a policy file has no creation time: remove this field',
        created.place,
      )
    }
  }

  function textMap(node: SourceNode | undefined, path: string): void {
    if (node === undefined || node.kind === 'null') return
    if (node.kind !== 'map') {
      complain(path, `expected a mapping, found ${describeNode(node)}`, node.place)
      return
    }
    const seen = new Set<string>()
    for (const entry of node.entries) {
      const { key, value, place } = entry
      if (seen.has(key)) complain(join(path, key), describeRepeated(entry, node), place)
      if (value.kind !== 'string') complain(join(path, key), expectText(value), value.place)
      seen.add(key)
    }
  }

  function decode(source: SourceNode): WrittenPolicy {
    const fields = fieldsOf(source, '', POLICY_FIELDS)
    metadata(fields)
    return {
      apiVersion: text(fields, '', 'apiVersion'),
      kind: text(fields, '', 'kind'),
      rules: items(fields, '', 'rules', rule),
      omitStages: texts(fields, '', 'omitStages'),
      omitManagedFields: flag(fields, '', 'omitManagedFields') ?? false,
    }
  }

  return { decode, places, errors }
}

const POLICY_FIELDS = ['apiVersion', 'kind', 'metadata', 'omitStages', 'omitManagedFields', 'rules']
const RULE_FIELDS = [
  'level',
  'users',
  'userGroups',
  'verbs',
  'resources',
  'namespaces',
  'nonResourceURLs',
  'omitStages',
  'omitManagedFields',
]
const RESOURCES_FIELDS = ['group', 'resources', 'resourceNames']
const METADATA_TEXTS = ['name', 'namespace', 'generateName']
const METADATA_MAPS = ['labels', 'annotations']
/** The fields of ObjectMeta that make sense in a file; the apiserver itself writes the others. */
const METADATA_FIELDS = [...METADATA_TEXTS, ...METADATA_MAPS, 'creationTimestamp']

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
