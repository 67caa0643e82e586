import { Command, CommanderError } from 'commander'
import { toPlanewrightError } from '../../src/error.ts'
import { formatError } from '../../src/report/error-text.ts'
import { plainStyle } from '../../src/report/style.ts'
import { liveProgress } from './progress.ts'
import { DEFAULT_CONTROL_PLANES, DEFAULT_KUBERNETES, DEFAULT_NAME } from './up.ts'
import { runBoot } from './verbs/boot.ts'
import { runDown, type DownArguments } from './verbs/down.ts'
import { runJoin } from './verbs/join.ts'
import { runLogs } from './verbs/logs.ts'
import { runRestore } from './verbs/restore.ts'
import { runSsh } from './verbs/ssh.ts'
import { runStatus } from './verbs/status.ts'
import { runUp, type UpArguments } from './verbs/up.ts'
import { runUpgrade, type UpgradeArguments } from './verbs/upgrade.ts'

/** EX_USAGE in sysexits.h. */
const USAGE = 64

function makeProgram(): Command {
  const progress = liveProgress(process.stderr)
  const program = new Command('npm run lab --')
    .description('Real Kubernetes control planes in containers of this machine.')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(--help lists what there is)')
  const named = (name: string, description: string): Command =>
    program.command(name).description(description).option('--name <name>', 'which lab', DEFAULT_NAME)
  named('up', 'Make sure that a lab stands.')
    .option('--control-planes <number>', `how many (a new lab: ${DEFAULT_CONTROL_PLANES})`)
    .option('--kubernetes <version>', `which release (a new lab: ${DEFAULT_KUBERNETES})`)
    .action((options: UpArguments) => runUp(options, progress))
  named('down', 'Take a lab down; nothing of it is left.')
    .option('--engine', 'also stop the container engine, if it was started from here')
    .action((options: DownArguments) => runDown(options, progress))
  named('restore', 'Make every node as kubeadm left it.').action((options: { name: string }) =>
    runRestore(options, progress),
  )
  named('upgrade', 'Upgrade every node with kubeadm, one by one.')
    .requiredOption('--to <version>', 'which release')
    .action((options: UpgradeArguments) => runUpgrade(options, progress))
  named('boot', 'Boot one more machine, which is not in the cluster yet.').action(
    (options: { name: string }) => runBoot(options, progress),
  )
  named('join', 'Make a control plane of each booted machine; of one more where there is none.').action(
    (options: { name: string }) => runJoin(options, progress),
  )
  program.command('status').description('Say which labs stand, and how they are.').action(runStatus)
  program
    .command('ssh')
    .description('Log in to a host as root, or run a command there.')
    .argument('<host>')
    .argument('[command...]')
    .passThroughOptions()
    .action(async (host: string, command: string[]) => {
      process.exitCode = await runSsh(host, command)
    })
  program.command('logs').description('Print the end of a host’s logs.').argument('<host>').action(runLogs)
  return program
}

try {
  await makeProgram().parseAsync()
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // Commander has printed the error. It also throws after --help, with exit code 0.
    process.exitCode = thrown.exitCode === 0 ? 0 : USAGE
  } else {
    const error = toPlanewrightError(thrown)
    process.stderr.write(`${formatError(error, plainStyle)}\n`)
    if (error.code === 'internal' && thrown instanceof Error) process.stderr.write(`${thrown.stack ?? ''}\n`)
    process.exitCode = error.code === 'usage' ? USAGE : 1
  }
}
