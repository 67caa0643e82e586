import fc from 'fast-check'
import { settings } from './wanted.ts'

export interface RandomArgument {
  readonly name: string
  readonly value: string | number | null
}

export interface RandomVolume {
  readonly name: string
  readonly hostPath: string
  readonly mountPath: string
  readonly readOnly?: boolean
  readonly pathType?: string
}

/** A configuration's text, and the parts from which it was made. */
export interface RandomConfiguration {
  readonly text: string
  /** The arguments in the order of the text. Up to v1beta3, each name appears once. */
  readonly args: readonly RandomArgument[]
  readonly volumes: readonly RandomVolume[]
  /** The comments in the text, all different. */
  readonly comments: readonly string[]
}

const flags = Object.entries(settings.flags)
const directories = settings.volumes.map(({ hostPath }) => hostPath)

/** Texts that people write in YAML without quotes, and texts that need them. */
const anyText = fc.oneof(
  fc.constantFrom(
    '',
    'true',
    '30',
    '0777',
    '1_000',
    'yes',
    'n',
    '~',
    'a: b',
    'a #b',
    '{x}',
    '- x',
    '*',
    "it's",
    'ü',
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
)

const foreignArgument: fc.Arbitrary<RandomArgument> = fc.record({
  name: fc.constantFrom(
    'v',
    'feature-gates',
    'audit-webhook-mode',
    'audit-log-mode',
    'oidc_issuer_url',
    '-x',
    'n',
  ),
  value: anyText,
})

/** One of the wanted flags with a right or wrong value, in one of its spellings. */
const ourArgument: fc.Arbitrary<RandomArgument> = fc
  .record({
    flag: fc.constantFrom(...flags),
    spelling: fc.constantFrom(
      (name: string) => name,
      (name: string) => name.replaceAll('-', '_'),
      (name: string) => `--${name}`,
    ),
    value: fc.option(fc.oneof(fc.constantFrom('7', 'json', '-'), fc.constantFrom(7, 30, null)), { freq: 3 }),
    isRight: fc.boolean(),
  })
  .map(({ flag: [name, right], spelling, value, isRight }) => ({
    name: spelling(name),
    value: isRight ? right : value,
  }))

const foreignVolume: fc.Arbitrary<RandomVolume> = fc.record(
  {
    name: fc.constantFrom('data', 'certs', 'n'),
    hostPath: fc.constantFrom('/data', '/srv', '/var/log/kubernetes'),
    mountPath: fc.constantFrom('/data', '/etc/data', '/var/log'),
    readOnly: fc.boolean(),
    pathType: fc.constantFrom('', 'Directory'),
  },
  { requiredKeys: ['name', 'hostPath', 'mountPath'] },
)

/** A volume with a name or a path that planewright wants. */
const ourVolume: fc.Arbitrary<RandomVolume> = fc
  .record(
    {
      name: fc.constantFrom('audit-policy', 'audit-logs', 'audit', 'logs'),
      hostPath: fc.constantFrom(...directories, `${directories[1] ?? ''}/`, '/logs'),
      mountPath: fc.constantFrom(...directories, '/logs', settings.flags['audit-log-path'] ?? ''),
      readOnly: fc.boolean(),
      pathType: fc.constantFrom('', 'File', 'DirectoryOrCreate'),
    },
    { requiredKeys: ['name', 'hostPath', 'mountPath'] },
  )
  .filter(
    ({ name, hostPath, mountPath }) =>
      name.startsWith('audit-') || hostPath !== '/logs' || mountPath !== '/logs',
  )

const style = fc.record({
  version: fc.constantFrom('v1beta2', 'v1beta3', 'v1beta4'),
  form: fc.constantFrom<'block' | 'flow' | 'json'>('block', 'block', 'flow', 'json'),
  list: fc.constantFrom(0, 2),
  mapping: fc.constantFrom(2, 4),
  newline: fc.constantFrom('\n', '\r\n'),
  isEnded: fc.boolean(),
  isCommented: fc.boolean(),
  isFirst: fc.boolean(),
  empty: fc.constantFrom('absent', '', ' ~', ' null', 'brackets'),
})
type Style = typeof style extends fc.Arbitrary<infer Value> ? Value : never

type Pairs = Readonly<Record<string, unknown>>

/** Writes YAML blocks. Each line may get a comment. */
class Writer {
  readonly lines: string[] = []
  readonly comments: string[] = []
  readonly style: Style

  constructor(style: Style) {
    this.style = style
  }

  line(column: number, text: string): void {
    const comment = this.style.isCommented ? `# c${this.comments.length} ` : undefined
    if (comment === undefined) this.lines.push(' '.repeat(column) + text)
    else {
      this.comments.push(comment.trim())
      const isAbove = this.comments.length % 3 === 0
      if (isAbove) this.lines.push(' '.repeat(column) + comment.trim())
      this.lines.push(' '.repeat(column) + text + (isAbove ? '' : ` ${comment.trim()}`))
    }
  }

  pairs(column: number, pairs: Pairs): void {
    for (const [key, value] of Object.entries(pairs))
      this.line(column, `${JSON.stringify(key)}: ${inline(value)}`)
  }

  /** A key with a list of mappings or a mapping, or one of the ways to write an empty one. */
  section(column: number, key: string, content: readonly Pairs[] | Pairs): void {
    const { empty, form, list, mapping } = this.style
    const isList = Array.isArray(content)
    if (Object.keys(content).length === 0) {
      if (empty !== 'absent')
        this.line(column, `${key}:${empty === 'brackets' ? (isList ? ' []' : ' {}') : empty}`)
    } else if (form === 'flow') this.line(column, `${key}: ${inline(content)}`)
    else {
      this.line(column, `${key}:`)
      if (!isList) this.pairs(column + mapping, content as Pairs)
      for (const item of isList ? (content as readonly Pairs[]) : []) {
        Object.entries(item).forEach(([name, value], index) => {
          this.line(column + list, `${index === 0 ? '- ' : '  '}${name}: ${inline(value)}`)
        })
      }
    }
  }
}

/** Writes a value as JSON, which is also YAML. */
function inline(value: unknown): string {
  return JSON.stringify(value)
}

function render(chosen: Style, args: readonly RandomArgument[], volumes: readonly RandomVolume[]) {
  const pairs = args.map(({ name, value }) => ({ name, value }))
  const extraArgs =
    chosen.version === 'v1beta4' ? pairs : Object.fromEntries(args.map((one) => [one.name, one.value]))
  const head = { apiVersion: `kubeadm.k8s.io/${chosen.version}`, kind: 'ClusterConfiguration' }
  if (chosen.form === 'json') {
    const value = {
      ...head,
      apiServer: { extraArgs, extraVolumes: volumes },
      etcd: { local: { dataDir: '/d' } },
    }
    return { text: JSON.stringify(value, null, chosen.list), comments: [] }
  }
  const writer = new Writer(chosen)
  const rest = () => {
    writer.pairs(0, { ...head, clusterName: 'prod' })
    writer.section(0, 'networking', { serviceSubnet: '10.96.0.0/12' })
  }
  if (!chosen.isFirst) rest()
  writer.line(0, 'apiServer:')
  writer.section(chosen.mapping, 'extraArgs', extraArgs)
  writer.section(
    chosen.mapping,
    'extraVolumes',
    volumes.map((volume) => ({ ...volume })),
  )
  if (chosen.isFirst) rest()
  return { text: writer.lines.join('\n') + (chosen.isEnded ? '\n' : ''), comments: writer.comments }
}

/** Random configurations of every version, with wanted and other arguments and volumes, in many styles. */
export const randomConfiguration: fc.Arbitrary<RandomConfiguration> = fc
  .record({
    style,
    args: fc.array(fc.oneof(foreignArgument, ourArgument), { maxLength: 8 }),
    volumes: fc.array(fc.oneof(foreignVolume, ourVolume), { maxLength: 5 }),
  })
  .map(({ style: chosen, args, volumes }) => {
    const once = args.filter(({ name }, index) => args.findIndex((other) => other.name === name) === index)
    const kept = chosen.version === 'v1beta4' ? args : once
    const { text, comments } = render(chosen, kept, volumes)
    return { text: text.replaceAll('\n', chosen.newline), args: kept, volumes, comments }
  })
