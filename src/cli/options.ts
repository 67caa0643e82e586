import { InvalidArgumentError, Option, type Command } from 'commander'

/** How a run is shown: only to people, or also as a report for programs. */
export type OutputForm = 'text' | 'json' | 'junit' | 'prometheus'

/** The options of the command line, with commander's names. */
export interface RunOptions {
  readonly inventory: readonly string[]
  /** The arguments of history and rollback: hosts or patterns. */
  readonly hosts?: readonly string[]
  readonly limit: readonly string[]
  readonly extraVars: readonly string[]
  readonly diff?: true
  readonly forks: number
  readonly output: OutputForm
  /** The file for the report for programs; the default is stdout. */
  readonly outputFile?: string
  readonly verbose: number
  /** False after `--no-color`. */
  readonly color: boolean
  /** The transaction to roll back to the state before; the default is the last one. */
  readonly to?: string
  /** The file for the hosts that an apply, a prepare or a rollback has not finished. */
  readonly retryFile?: string
  /** The release of Kubernetes for which plan shows what a kubeadm upgrade would change. */
  readonly forVersion?: string
  /** Prepare only shows what it would change, and writes nothing. */
  readonly check?: true
  /** Refuse clusters with control planes that the inventory lacks. */
  readonly strict?: true
  /** False after `--no-proof`. */
  readonly proof?: boolean
  /** The file for a saved plan. */
  readonly out?: string
  /** The saved plan for apply to perform. */
  readonly plan?: string
}

/** Whether `--no-proof` was given. */
export function proofOf({ proof }: RunOptions): 'proof' | 'no-proof' {
  return proof === false ? 'no-proof' : 'proof'
}

/** The default file for unfinished hosts, in the folder that the command runs in. */
export const defaultRetryFile = '.planewright-retry'

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}

function parseForks(value: string): number {
  const forks = Number(value)
  if (Number.isInteger(forks) && forks > 0) return forks
  throw new InvalidArgumentError('It has to be a whole number above 0.')
}

/** The options of all verbs, with Ansible's names for those that Ansible has. */
export function addRunOptions(command: Command, forms: readonly OutputForm[]): Command {
  return command
    .option(
      '-i, --inventory <file>',
      'YAML file, folder, or list of hosts with a comma (cp1,); may be repeated',
      collect,
      [],
    )
    .option(
      '-l, --limit <pattern>',
      'only these hosts (a:b:&c:!d, globs, @file); may be repeated',
      collect,
      [],
    )
    .option('-e, --extra-vars <name=value>', 'a variable, or @file; may be repeated', collect, [])
    .option('--diff', 'show how files would change')
    .option('--forks <number>', 'number of hosts to work on at the same time', parseForks, 20)
    .addOption(
      new Option('--output <form>', 'form of the report; all but text go to stdout')
        .choices(forms)
        .default('text'),
    )
    .option(
      '-v, --verbose',
      '-vvv shows the stack trace of an error',
      (_value, before: number) => before + 1,
      0,
    )
    .option('--no-color', 'print no colours')
}

/** For verbs that report on a run. */
export function addOutputFile(command: Command): Command {
  return command.option('--output-file <path>', 'write the report to this file instead of stdout')
}

/** For verbs that may leave hosts unfinished. */
export function addRetryFile(command: Command): Command {
  const what = 'write the hosts that are left to this file, for -l @path'
  return command.option('--retry-file <path>', what, defaultRetryFile)
}
