import fc from 'fast-check'
import type { StaticPodEdit } from '../../src/manifest/edit.ts'
import { auditEdit } from './wanted.ts'

/** A line of a manifest. The edit must not change a line with `kept`. */
interface Line {
  readonly text: string
  readonly kept: boolean
}

export interface RandomManifest {
  readonly text: string
  readonly keptLines: readonly string[]
}

const policyPath = '/etc/kubernetes/audit-policy.yaml'
const logPath = '/var/log/kubernetes/audit'

/** Comments and blank lines around an entry. */
const dress = fc.record({
  above: fc.option(fc.constantFrom('# above', '#', '# - --audit-log-path=/commented', ''), {
    nil: undefined,
    freq: 4,
  }),
  behind: fc.option(fc.constantFrom(' # behind', '  # it is "quoted"', ' #'), { nil: '', freq: 3 }),
})
type Dress = typeof dress extends fc.Arbitrary<infer Value> ? Value : never

const quote = fc.constantFrom(
  (text: string) => text,
  (text: string) => `'${text}'`,
  (text: string) => JSON.stringify(text),
)

const otherFlag = fc.constantFrom<string[]>(
  ['--advertise-address=10.0.0.1'],
  ['--allow-privileged'],
  ['--allow-privileged=true'],
  ['--service-cluster-ip-range', '10.96.0.0/12'],
  ['--v=2'],
  ['-v', '4'],
  ['--audit-webhook-config-file=/x'],
  ['--tls-cipher-suites=A,B'],
)

const auditFlag = fc
  .record({
    name: fc.constantFrom(...Object.keys(auditEdit.flags)),
    value: fc.constantFrom('30', '7', 'json', `${logPath}/audit.log`, policyPath, '-1', 'a b'),
    underscores: fc.boolean(),
    apart: fc.boolean(),
  })
  .map(({ name, value, underscores, apart }) => {
    const flag = `--${underscores ? name.replaceAll('-', '_') : name}`
    return apart ? [flag, value] : [`${flag}=${value}`]
  })

const flags = fc.array(
  fc.oneof(
    otherFlag.map((items) => ({ items, kept: true })),
    auditFlag.map((items) => ({ items, kept: false })),
  ),
  { maxLength: 6 },
)

const volumeNames = ['audit-policy', 'audit-logs', 'audit', 'logs', 'certs', 'data']
const hostPaths = [policyPath, logPath, `${logPath}/`, '/etc/ssl/certs', '/srv/data']

const mount = fc.record(
  {
    name: fc.constantFrom(...volumeNames),
    mountPath: fc.constantFrom(policyPath, logPath, `${logPath}/`, '/certs', '/srv', `${logPath}/audit.log`),
    readOnly: fc.boolean(),
    subPath: fc.constantFrom('sub', ''),
    mountPropagation: fc.constantFrom('None', 'HostToContainer'),
  },
  { requiredKeys: ['name', 'mountPath'] },
)

const volume = fc.oneof(
  fc.record({
    name: fc.constantFrom(...volumeNames),
    hostPath: fc.record(
      { path: fc.constantFrom(...hostPaths), type: fc.constantFrom('File', 'DirectoryOrCreate', '') },
      { requiredKeys: ['path'] },
    ),
  }),
  fc.record({ name: fc.constantFrom(...volumeNames), emptyDir: fc.constantFrom({}, { medium: 'Memory' }) }),
)

type Entry = Readonly<Record<string, unknown>>

/** Whether the edit may change this entry. */
function isTouched({ name }: Entry): boolean {
  return !['certs', 'data'].includes(String(name))
}

/** Whether an entry that the edit must not change also has none of the edit's paths. */
function isPlausible(entry: Entry): boolean {
  return isTouched(entry) || !JSON.stringify(entry).includes('audit')
}

const style = fc.record({
  list: fc.constantFrom(0, 2),
  mapping: fc.constantFrom(2, 4),
  isFlow: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
  isEnded: fc.boolean(),
  mark: fc.constantFrom('', '\uFEFF'),
})
type Style = typeof style extends fc.Arbitrary<infer Value> ? Value : never

const pad = (column: number) => ' '.repeat(column)

function dressed(lines: readonly Line[], column: number, { above, behind }: Dress): Line[] {
  const [first, ...rest] = lines
  if (first === undefined) return []
  // A comment behind a removed line stays as a line of its own, so the test looks for the comment and not for the line.
  const top = above === undefined ? [] : [{ text: above === '' ? '' : pad(column) + above, kept: true }]
  return [...top, { text: first.text + behind, kept: first.kept }, ...rest]
}

/** The lines of a mapping as an item of a list. */
function itemLines(entry: Entry, column: number, { mapping, isFlow }: Style, kept: boolean): Line[] {
  if (isFlow) {
    const pairs = Object.entries(entry).map(([key, value]) => `${key}: ${inline(value)}`)
    return [{ text: `${pad(column)}- {${pairs.join(', ')}}`, kept }]
  }
  const lines = Object.entries(entry).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null && Object.keys(value).length > 0
      ? [
          `${key}:`,
          ...Object.entries(value).map(([inner, text]) => `${pad(mapping)}${inner}: ${inline(text)}`),
        ]
      : [`${key}: ${inline(value)}`],
  )
  return lines.map((line, row) => ({ text: pad(column) + (row === 0 ? '- ' : '  ') + line, kept }))
}

function inline(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === '' ? '""' : String(value)
  return `{${Object.entries(value)
    .map(([key, text]) => `${key}: ${inline(text)}`)
    .join(', ')}}`
}

/** The lines of a key with its list. An empty list has one of several spellings, or is absent. */
function listLines(
  key: string,
  column: number,
  items: readonly Line[][],
  style: Style,
  empty: string,
): Line[] {
  if (items.length > 0) return [{ text: `${pad(column)}${key}:`, kept: items.length > 8 }, ...items.flat()]
  return empty === 'absent' ? [] : [{ text: `${pad(column)}${key}:${empty}`, kept: false }]
}

const empty = fc.constantFrom('absent', '', ' []', ' null', ' ~')
const entries = <Value extends Entry>(of: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(of.filter(isPlausible), dress), { maxLength: 5 })

function entryLines(list: readonly (readonly [Entry, Dress])[], column: number, style: Style): Line[][] {
  return list.map(([entry, clothes]) =>
    dressed(itemLines(entry, column, style, !isTouched(entry)), column, clothes),
  )
}

/** Random manifests of a pod with a kube-apiserver and perhaps other containers, in many styles, edited before or not. */
export const randomManifest: fc.Arbitrary<RandomManifest> = fc
  .record({
    style,
    program: fc.constantFrom<[string[], string[]]>(
      [['kube-apiserver'], []],
      [['/usr/local/bin/kube-apiserver'], []],
      [['/go-runner', '--log-file=/x', '--also-stdout', '/usr/local/bin/kube-apiserver'], []],
      [['/go-runner'], ['--log-file', '/x', '/usr/local/bin/kube-apiserver']],
      [[], []],
    ),
    flags: fc.tuple(flags, flags),
    quotes: fc.array(fc.tuple(quote, dress), { minLength: 20, maxLength: 20 }),
    mounts: entries(mount),
    volumes: fc.uniqueArray(fc.tuple(volume.filter(isPlausible), dress), {
      maxLength: 6,
      selector: ([{ name }]) => name,
    }),
    sidecar: fc.option(entries(mount)),
    init: fc.option(entries(mount)),
    annotations: fc.constantFrom(
      undefined,
      [''],
      [' {}'],
      ['', 'planewright.example/audit-policy: "1234e567"'],
      ['', 'a: b # c', "planewright.example/audit-policy: 'old'  # hash"],
      ['', 'z: |', '  text', ''],
    ),
    empties: fc.tuple(empty, empty, empty, empty),
    sidecarFirst: fc.boolean(),
  })
  .map((parts) => {
    const { style, empties, quotes } = parts
    const { mapping, list } = style
    const itemColumn = mapping + list
    const keyColumn = itemColumn + 2
    let quoted = 0
    const argvLines = (
      program: readonly string[],
      flags: readonly { items: string[]; kept: boolean }[],
    ): Line[][] => {
      const items = [{ items: [...program], kept: true }, ...flags]
      return items.flatMap(({ items, kept }) =>
        items.map((item) => {
          const [write, clothes] = quotes[quoted++ % quotes.length] ?? [
            String,
            { above: undefined, behind: '' },
          ]
          const text = /^-?\d+$|^-/.test(item) && !item.startsWith('--') ? JSON.stringify(item) : write(item)
          const column = keyColumn + list
          return dressed([{ text: `${pad(column)}- ${text}`, kept }], column, clothes)
        }),
      )
    }
    const argvOf = (key: string, lines: Line[][], empty: string): Line[] => {
      if (!style.isFlow || lines.length === 0) return listLines(key, keyColumn, lines, style, empty)
      const words = lines.flat().flatMap(({ text }) => /^ *- (.*?)(?: +#.*)?$/.exec(text)?.[1] ?? [])
      return [{ text: `${pad(keyColumn)}${key}: [${words.join(', ')}]`, kept: false }]
    }
    const [programCommand, programArgs] = parts.program
    const [commandFlags, argsFlags] = parts.flags
    const hasCommand = programCommand.length > 0 && programArgs.length === 0
    const container: Line[] = [
      { text: `${pad(itemColumn)}- name: kube-apiserver`, kept: true },
      ...argvOf('command', argvLines(programCommand, hasCommand ? commandFlags : []), empties[0]),
      { text: `${pad(keyColumn)}image: "x" # the image`, kept: true },
      ...argvOf('args', argvLines(programArgs, argsFlags), empties[1]),
      ...listLines(
        'volumeMounts',
        keyColumn,
        entryLines(parts.mounts, keyColumn + list, style),
        style,
        empties[2],
      ),
      { text: '', kept: true },
    ]
    const other = (name: string, mounts: readonly (readonly [Entry, Dress])[]): Line[] => [
      { text: `${pad(itemColumn)}- name: ${name}`, kept: true },
      ...listLines('volumeMounts', keyColumn, entryLines(mounts, keyColumn + list, style), style, ' []'),
    ]
    const sidecar = parts.sidecar ? other('sidecar', parts.sidecar) : []
    const metadata = (parts.annotations ?? []).map((line, row) => ({
      text: row === 0 ? `${pad(mapping)}annotations:${line}` : line && pad(2 * mapping) + line,
      kept: row > 0 && !line.includes('planewright'),
    }))
    const lines: Line[] = [
      { text: '# A manifest', kept: true },
      { text: 'apiVersion: v1', kept: true },
      { text: 'kind: "Pod"', kept: true },
      { text: 'metadata:', kept: true },
      { text: `${pad(mapping)}name: kube-apiserver # the name`, kept: true },
      ...metadata,
      { text: 'spec:', kept: true },
      { text: `${pad(mapping)}containers:`, kept: true },
      ...(parts.sidecarFirst ? [...sidecar, ...container] : [...container, ...sidecar]),
      { text: `${pad(mapping)}# between`, kept: true },
      ...(parts.init
        ? [{ text: `${pad(mapping)}initContainers:`, kept: true }, ...other('init', parts.init)]
        : []),
      ...listLines('volumes', mapping, entryLines(parts.volumes, mapping + list, style), style, empties[3]),
    ]
    const end = style.isEnded ? style.newline : ''
    return {
      text: style.mark + lines.map(({ text }) => text).join(style.newline) + end,
      keptLines: lines.filter(({ kept, text }) => kept && text !== '').map(({ text }) => text),
    }
  })

/** Random edits: parts of the audit edit, sometimes with other values. */
export const randomEdit: fc.Arbitrary<StaticPodEdit> = fc
  .record({
    flags: fc.subarray(Object.entries(auditEdit.flags)),
    value: fc.constantFrom(undefined, undefined, '', 'a: b', 'it\'s # "it"', '[x], {y}', 'ä\n'),
    mounts: fc.subarray([...auditEdit.mounts]),
    volumes: fc.subarray([...auditEdit.volumes]),
    annotations: fc.subarray(Object.entries({ ...auditEdit.annotations, other: 'yes' })),
  })
  .map(({ flags, value, mounts, volumes, annotations }) => ({
    container: auditEdit.container,
    flags: Object.fromEntries(flags.map(([flag, own]) => [flag, value ?? own])),
    mounts,
    volumes,
    annotations: Object.fromEntries(annotations),
  }))
