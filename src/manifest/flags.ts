/** A flag as it stands in an argv. */
export interface FlagItem {
  /** Without dashes in front, words separated by dashes. */
  readonly name: string
  /** What kube-apiserver takes as its value: `true` for a bare boolean. */
  readonly value: string
  /** The item that holds the name. */
  readonly index: number
  /** The item that holds the value, where that is one of its own (`--flag value`). */
  readonly valueIndex?: number
}

/** The flags of an argv, and where the next one would go. */
export interface ParsedFlags {
  readonly flags: readonly FlagItem[]
  /** The index behind all flags and their values: where `--` stands, or the length. */
  readonly end: number
}

/**
 * The audit flags that need no value (pflag's NoOptDefVal), so that the item behind a bare one is not its value:
 * kubernetes/apiserver `pkg/server/options/audit.go`, AddFlags, 1.36.
 */
const bareAuditFlags: ReadonlySet<string> = new Set([
  'audit-log-compress',
  'audit-log-batch-throttle-enable',
  'audit-log-truncate-enabled',
  'audit-webhook-batch-throttle-enable',
  'audit-webhook-truncate-enabled',
])

/** Words of a flag are separated by dashes, underscores count as dashes: k/k component-base `cli/flag/flags.go`. */
export function normalizeFlagName(name: string): string {
  return name.replaceAll('_', '-')
}

/** The last part of a path: what a program is called. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/**
 * The index of the program that is really run: behind `/go-runner` and its own flags (k/k `build/go-runner`,
 * which uses Go's flag package: only `log-file` takes a value, and the first item that is no flag is the program).
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
 * Whether a flag without `=` takes the next item as its value. pflag decides by the flag's type (`parseLongArg`);
 * the types of the audit flags are known here. Of the others only this much: kube-apiserver takes no positional
 * arguments, so an item behind them that is no flag can only be their value.
 */
function takesNext(name: string, next: string | undefined): boolean {
  if (next === undefined || bareAuditFlags.has(name)) return false
  return name.startsWith('audit-') || !next.startsWith('--')
}

/** Reads the flags of an argv from an index on, as pflag does: two dashes only, nothing after `--`. */
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
 * All values that a flag has in an argv, in order (kube-apiserver goes by the last one): a manifest's command and
 * args, or `/proc/<pid>/cmdline`. `--flag=v` and `--flag v` count; a single dash is no such flag; underscores are
 * dashes; a bare boolean is `true`. The flags of a `/go-runner` in front are not the program's.
 */
export function flagValues(argv: readonly string[], flag: string): readonly string[] {
  const name = normalizeFlagName(flag.replace(/^--/, ''))
  const { flags } = parseFlags(argv, programIndex(argv))
  return flags.filter((item) => item.name === name).map((item) => item.value)
}
