/** A flag in an argv. */
export interface FlagItem {
  /** Without leading dashes; its words are separated by dashes. */
  readonly name: string
  /** The value that kube-apiserver reads: `true` for a bare boolean. */
  readonly value: string
  /** The index of the item with the name. */
  readonly index: number
  /** The index of the item with the value, if that is a separate one (`--flag value`). */
  readonly valueIndex?: number
}

/** The flags of an argv, and where the next one would go. */
export interface ParsedFlags {
  readonly flags: readonly FlagItem[]
  /** The index after all flags and their values: that of `--`, or the length. */
  readonly end: number
}

/**
 * The audit flags that need no value (pflag's NoOptDefVal), so that the item after a bare one is not its
 * value: kubernetes/apiserver `pkg/server/options/audit.go`, AddFlags, 1.36.
 */
const bareAuditFlags: ReadonlySet<string> = new Set([
  'audit-log-compress',
  'audit-log-batch-throttle-enable',
  'audit-log-truncate-enabled',
  'audit-webhook-batch-throttle-enable',
  'audit-webhook-truncate-enabled',
])

/**
 * The words of a flag are separated by dashes, and underscores count as dashes: k/k component-base
 * `cli/flag/flags.go`.
 */
export function normalizeFlagName(name: string): string {
  return name.replaceAll('_', '-')
}

/** The last part of a path: a program's name. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * The index of the program that really runs: after `/go-runner` and its own flags (k/k `build/go-runner`,
 * which uses Go's flag package: only `log-file` takes a value, and the first item that is not a flag is the
 * program).
 */
export function programIndex(argv: readonly string[]): number {
  if (baseName(argv[0] ?? '') !== 'go-runner') return 0
  let index = 1
  for (; index < argv.length; index += 1) {
    const item = argv[index] ?? ''
    if (!item.startsWith('-')) break
    if (item === '--') return index + 1
    if (/^--?log-file$/.test(item)) index += 1
  }
  return index
}

/**
 * Whether a flag without `=` takes the next item as its value. pflag decides by the flag's type
 * (`parseLongArg`), and only the audit flags' types are known here. For the others: kube-apiserver takes no
 * positional arguments, so an item after them that is not a flag can only be their value.
 */
function takesNext(name: string, next: string | undefined): boolean {
  if (next === undefined || bareAuditFlags.has(name)) return false
  return name.startsWith('audit-') || !next.startsWith('--')
}

/** Reads the flags of an argv from an index on, as pflag does: only with two dashes, and none after `--`. */
export function parseFlags(argv: readonly string[], start: number): ParsedFlags {
  const flags: FlagItem[] = []
  let index = start
  for (; index < argv.length && argv[index] !== '--'; index += 1) {
    const match = /^--([^-=][^=]*)(?:=([^]*))?$/.exec(argv[index] ?? '')
    if (match === null) continue
    const name = normalizeFlagName(match[1] ?? '')
    const next = argv[index + 1]
    if (match[2] !== undefined) flags.push({ name, value: match[2], index })
    else if (takesNext(name, next)) {
      flags.push({ name, value: next ?? '', index, valueIndex: index + 1 })
      index += 1
    } else flags.push({ name, value: 'true', index })
  }
  return { flags, end: Math.min(index, argv.length) }
}

/**
 * All values of a flag in an argv, in order; kube-apiserver uses the last one. The argv may be a manifest's
 * command and args, or `/proc/<pid>/cmdline`. `--flag=v` and `--flag v` count, a single dash does not;
 * underscores are dashes; a bare boolean is `true`. The flags of a leading `/go-runner` are not the
 * program's.
 */
export function flagValues(argv: readonly string[], flag: string): readonly string[] {
  const name = normalizeFlagName(flag.replace(/^--/, ''))
  const { flags } = parseFlags(argv, programIndex(argv))
  return flags.filter((item) => item.name === name).map((item) => item.value)
}
