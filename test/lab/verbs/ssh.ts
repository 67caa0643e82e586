import { execa } from 'execa'
import { PlanewrightError } from '../../../src/error.ts'
import type { Lab, LabHost } from '../lab.ts'
import { isOnPath } from '../packages.ts'
import { findHost } from './host.ts'

/** `lab ssh HOST [COMMAND…]`: runs the OpenSSH client with the lab's key and known_hosts. Returns its exit code. */
export async function runSsh(name: string, command: readonly string[]): Promise<number> {
  const { lab, host } = await findHost(name)
  if (!isOnPath('ssh')) {
    throw new PlanewrightError('host', 'there is no ssh on this machine', {
      remedy: `Install OpenSSH’s client, or use \`docker exec -it ${host.name} bash\`.`,
    })
  }
  const result = await execa('ssh', [...sshArguments(lab, host, 'root'), ...command], {
    stdio: 'inherit',
    reject: false,
  })
  return result.exitCode ?? 1
}

/** Arguments with which ssh uses the lab's files and ignores this machine's own settings. */
export function sshArguments(lab: Lab, host: LabHost, user: string): string[] {
  const options = [
    'IdentitiesOnly=yes',
    `UserKnownHostsFile=${lab.knownHostsFile}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'LogLevel=ERROR',
  ]
  return [
    ...['-F', '/dev/null', '-i', lab.privateKeyFile, '-p', String(host.port)],
    ...options.flatMap((option) => ['-o', option]),
    `${user}@${host.address}`,
  ]
}
