import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import { PlanewrightError } from '../../src/error.ts'
import { Report } from '../../src/report/schema.ts'
import { startPlanewright } from '../support/command.ts'
import type { Guest } from './guest.ts'
import type { Keys } from './keys.ts'
import { NODE } from './kubeadm-config.ts'
import { logDirectory, runDirectory } from './place.ts'

/**
 * Seconds in which a change has to be confirmed: an emulated kube-apiserver takes that long to be ready. The default
 * is for machines that are ten times faster.
 */
const CONFIRM_TIMEOUT = 600

/** The command, as an operator runs it against the machine. Its output is kept in the log folder. */
export interface Controller {
  /** Starts the command, and does not wait for its end. */
  readonly start: (verb: string, log: string) => RunningCommand
  /**
   * Runs the command to its end.
   *
   * @throws PlanewrightError `host` if the exit code is not the expected one
   */
  readonly run: (verb: string, log: string, expected: number) => Promise<void>
  /**
   * Runs the command to its end, with `--output json`.
   *
   * @throws PlanewrightError `host` if it prints no report
   */
  readonly report: (
    verb: string,
    log: string,
  ) => Promise<{ readonly exitCode: number; readonly report: Report }>
}

export interface RunningCommand {
  readonly exitCode: Promise<number>
  readonly kill: () => void
}

/** Writes an inventory that contains only the machine. */
export async function makeController(guest: Guest, keys: Keys): Promise<Controller> {
  const inventory = path.join(runDirectory(), 'hosts.yaml')
  const host = {
    ansible_host: '127.0.0.1',
    ansible_port: guest.emulator.sshPort,
    ansible_user: 'root',
    ansible_ssh_private_key_file: keys.privateKeyFile,
    planewright_known_hosts_file: path.join(runDirectory(), 'known_hosts'),
    confirm_timeout: CONFIRM_TIMEOUT,
  }
  await writeFile(
    inventory,
    stringify({ all: { children: { kube_control_plane: { hosts: { [NODE.name]: host } } } } }),
  )
  const launch = (verb: string, log: string, ...options: readonly string[]) => {
    const child = startPlanewright([verb, '-i', inventory, ...options], { cwd: runDirectory() })
    const ended = child.then(async ({ exitCode = -1, stdout, all }) => {
      await writeFile(path.join(logDirectory, log), `planewright ${verb}: exit code ${exitCode}\n${all}\n`)
      return { exitCode, stdout }
    })
    return { child, ended }
  }
  const start = (verb: string, log: string): RunningCommand => {
    const { child, ended } = launch(verb, log)
    return { exitCode: ended.then(({ exitCode }) => exitCode), kill: () => child.kill('SIGKILL') }
  }
  return {
    start,
    async report(verb, log) {
      const { exitCode, stdout } = await launch(verb, log, '--output', 'json').ended
      if (stdout !== '') return { exitCode, report: Report.parse(JSON.parse(stdout)) }
      throw new PlanewrightError('host', `planewright ${verb} printed no report`, {
        where: { host: NODE.name },
        why: `its exit code is ${exitCode}`,
        remedy: `Look at ${path.join(logDirectory, log)}.`,
      })
    },
    async run(verb, log, expected) {
      const code = await start(verb, log).exitCode
      if (code === expected) return
      throw new PlanewrightError(
        'host',
        `planewright ${verb} ended with exit code ${code}, not ${expected}`,
        {
          where: { host: NODE.name },
          remedy: `Look at ${path.join(logDirectory, log)}.`,
        },
      )
    },
  }
}
