import { Command, CommanderError } from 'commander'
import { exitCodes } from '../exit-codes.ts'
import { version } from '../version.ts'
import { addOutputFile, addRetryFile, addRunOptions, type OutputForm, type RunOptions } from './options.ts'

/** The forms for verbs whose reports say for each requirement whether it is met. */
const everyForm = ['text', 'json', 'junit', 'prometheus'] as const

/** The forms for other verbs: a rollback, a prepare or a history has no requirements that are met or not. */
const plainForms = ['text', 'json'] as const

/** Runs a verb, and returns the exit code. */
type Run = (options: RunOptions) => Promise<number>

/**
 * Adds a verb that runs tasks on hosts. Its code is loaded when it is called, as `--help` and `--version` do
 * not need it.
 */
function addVerb(
  program: Command,
  name: string,
  description: string,
  forms: readonly OutputForm[],
  load: () => Promise<Run>,
): Command {
  const command = addRunOptions(program.command(name).description(description), forms)
  return addOutputFile(command).action(async (options: RunOptions) => {
    const run = await load()
    process.exitCode = await run(options)
  })
}

function makeProgram(): Command {
  const program = new Command('planewright')
    .description(
      'Turns on kube-apiserver audit logging on every control plane of an inventory, and proves that it works by an event in the audit log of each node.',
    )
    .version(version)
    .exitOverride()
    .showHelpAfterError('(planewright help VERB lists its arguments and options)')
    .addHelpText(
      'after',
      `
Exit codes: 0 done or nothing to do; 1 failed; 2 changes pending (plan, verify, prepare --check);
3 host unreachable; 64 wrong usage; 130 interrupted.

  planewright plan -i hosts.yaml --diff     show what apply would change
  planewright apply -i hosts.yaml           change each control plane, one at a time, and prove it
  planewright plan -i hosts.yaml --out FILE save the plan; apply -i hosts.yaml --plan FILE performs it
  planewright verify -i hosts.yaml          prove it again; write nothing
  planewright prepare -i hosts.yaml -l cp4  write the policy and the log folder before cp4 joins`,
    )
  addVerb(program, 'plan', 'Show what apply would change; write nothing.', everyForm, async () => {
    return (await import('./verbs/plan.ts')).runPlan
  })
    .option('--for-version <version>', 'also show what kubeadm upgrade to this release would lose and gain')
    .option('--out <file>', 'save the plan for apply --plan')
  const applying = 'Change each control plane, one of a cluster at a time, and prove it.'
  const apply = addVerb(program, 'apply', applying, everyForm, async () => {
    return (await import('./verbs/apply.ts')).runApply
  })
  addRetryFile(apply)
    .option('--plan <file>', 'perform this saved plan, or nothing if anything has changed since')
    .option('--no-proof', 'skip the proof')
    .option('--strict', 'refuse a cluster that has control planes which the inventory lacks')
  addRunOptions(
    program.command('history').description('List the changes that planewright made on hosts; write nothing.'),
    plainForms,
  )
    .argument('<host...>', 'hosts or patterns')
    .action(async (hosts: readonly string[], options: RunOptions) => {
      const { runHistory } = await import('./verbs/history.ts')
      process.exitCode = await runHistory({ ...options, hosts })
    })
  const rollback = program
    .command('rollback')
    .description('Restore the state of hosts before their last transaction, or before an older one.')
  addRetryFile(addOutputFile(addRunOptions(rollback, plainForms)))
    .argument('<host...>', 'hosts or patterns')
    .option('--to <id>', 'undo this transaction and all later ones')
    .option('--no-proof', 'skip the proof')
    .action(async (hosts: readonly string[], options: RunOptions) => {
      const { runRollback } = await import('./verbs/rollback.ts')
      process.exitCode = await runRollback({ ...options, hosts })
    })
  const verifying = 'Prove each host again, and name every difference; write nothing.'
  addVerb(program, 'verify', verifying, everyForm, async () => {
    return (await import('./verbs/verify.ts')).runVerify
  })
  const preparing = 'Write the policy and the log folder on machines before they join as control planes.'
  const prepare = addVerb(program, 'prepare', preparing, plainForms, async () => {
    return (await import('./verbs/prepare.ts')).runPrepare
  })
  addRetryFile(prepare).option('-C, --check', 'show what would change; write nothing')
  return program
}

async function main(): Promise<void> {
  try {
    await makeProgram().parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Commander has already printed the error. Help and version also come here, with 0.
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
}

await main()
