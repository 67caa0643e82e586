import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { quote } from '../../src/connection/shell.ts'
import { PlanewrightError } from '../../src/error.ts'
import { canInstallPackages, installPackages, isOnPath } from '../lab/packages.ts'
import type { Progress } from '../lab/progress.ts'
import type { Command } from './command.ts'
import type { Fleet } from './fleet.ts'

const run = promisify(execFile)

/**
 * Installs the OpenSSH client if it is missing, and returns its version.
 *
 * @throws PlanewrightError `host` if there is no client and it cannot be installed here
 */
export async function ensureOpenSsh(progress: Progress): Promise<string> {
  if (!isOnPath('ssh')) {
    if (!(await canInstallPackages())) {
      throw new PlanewrightError('host', 'this bench cannot run: there is no ssh to compare with', {
        why: 'only on Debian or Ubuntu, as root, can it be installed',
        remedy: 'Install the OpenSSH client.',
      })
    }
    await installPackages(['openssh-client'], ['ssh'], progress)
  }
  // `ssh -V` prints to stderr.
  return (await run('ssh', ['-V'])).stderr.trim()
}

/** A shell that starts an ssh for each host at the same time and waits for all. It fails if one of them fails. */
export function openSshTrue(fleet: Fleet): Command {
  const { privateKeyFile, knownHostsFile } = fleet
  const options = [
    ['-F', 'none', '-i', privateKeyFile],
    ['-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=yes'],
    ['-o', `UserKnownHostsFile=${knownHostsFile}`],
  ].flat()
  const starts = fleet.hosts.map(({ address, port }) => {
    const words = ['ssh', ...options, '-p', `${port}`, `root@${address}`, 'true']
    return `${words.map(quote).join(' ')} & pids="$pids $!"`
  })
  const script = [...starts, 'for pid in $pids; do wait "$pid" || exit 1; done'].join('\n')
  return { program: 'sh', args: ['-c', script], expectedCode: 0 }
}
