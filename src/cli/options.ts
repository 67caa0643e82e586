import { InvalidArgumentError, Option, type Command } from 'commander'

/** How a run is told: to eyes alone, or as a report for machines besides. */
export type OutputForm = 'text' | 'json' | 'junit' | 'prometheus'

/** What the command line says; commander's names. */
export interface RunOptions {
  readonly inventory: readonly string[]
  /** What history and rollback are given: hosts or patterns. */
  readonly hosts?: readonly string[]
  readonly limit: readonly string[]
  readonly extraVars: readonly string[]
  readonly diff?: true
  readonly forks: number
  readonly output: OutputForm
  /** Where the report for machines is written; stdout unless said. */
  readonly outputFile?: string
  readonly verbose: number
  /** False after `--no-color`. */
  readonly color: boolean
  /** The transaction that a rollback goes back to before; the last one unless said. */
  readonly to?: string
  /** Where an apply, a prepare or a rollback writes the hosts that it has left. */
  readonly retryFile?: string
  /** The release of Kubernetes that an upgrade by kubeadm is foretold for. */
  readonly forVersion?: string
  /** What a prepare would change is shown, and nothing is written. */
  readonly check?: true
  /** Control planes that the inventory lacks are refused. */
  readonly strict?: true
  /** False after `--no-proof`. */
  readonly proof?: boolean
  /** Where a plan is saved. */
  readonly out?: string
  /** The saved plan that an apply performs. */
  readonly plan?: string
}

/** Whether `--no-proof` was given. */
export function proofOf({ proof }: RunOptions): 'proof' | 'no-proof' {
  return proof === false ? 'no-proof' : 'proof'
}

/** Where the hosts that are left are written unless said otherwise, in the folder that the command runs in. */
export const defaultRetryFile = '.planewright-retry'

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}

function parseForks(value: string): number {
  const forks = Number(value)
  if (Number.isInteger(forks) && forks > 0) return forks
  throw new InvalidArgumentError('It has to be a whole number above 0.')
}

/** The options that all verbs share; Ansible's names where Ansible has them. */
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

/** Of the verbs that report on a run. */
export function addOutputFile(command: Command): Command {
  return command.option('--output-file <path>', 'write the report to this file instead of stdout')
}

/** Of the verbs that may leave hosts. */
export function addRetryFile(command: Command): Command {
  const what = 'write the hosts that are left to this file, for -l @path'
  return command.option('--retry-file <path>', what, defaultRetryFile)
}
