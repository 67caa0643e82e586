import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { execa } from 'execa'
import { PlanewrightError } from '../../src/error.ts'
import type { ExecResult } from '../lab/exec.ts'
import { consoleEnd, type Emulator } from './emulator.ts'
import type { Keys } from './keys.ts'

/**
 * A machine that one can log in to. The test uses OpenSSH's client, so that its checks do not depend on planewright.
 */
export interface Guest {
  readonly emulator: Emulator
  /**
   * Runs a POSIX sh script as root, and does not throw if it fails. The exit code is 255 if the connection is lost.
   */
  readonly exec: (script: string) => Promise<ExecResult>
  /**
   * Runs a script that has to succeed, and returns its stdout.
   *
   * @throws PlanewrightError `host` with the script's output
   */
  readonly run: (what: string, script: string) => Promise<string>
  /** Runs a script, and yields its stdout line by line. Ends without an error if the connection is lost. */
  readonly lines: (script: string) => AsyncIterable<string>
}

/** Milliseconds to wait until sshd answers. With emulation, it takes 40 s. */
const BOOT = 240_000

/** Waits until one can log in. */
export async function awaitGuest(emulator: Emulator, keys: Keys, directory: string): Promise<Guest> {
  const knownHosts = path.join(directory, 'known_hosts')
  const key = (await readFile(`${keys.hostKeyFile}.pub`, 'utf8')).trim()
  await writeFile(knownHosts, `[127.0.0.1]:${emulator.sshPort} ${key}\n`)
  const options = [
    'BatchMode=yes',
    'IdentitiesOnly=yes',
    `UserKnownHostsFile=${knownHosts}`,
    'GlobalKnownHostsFile=/dev/null',
    'StrictHostKeyChecking=yes',
    'LogLevel=ERROR',
    'ConnectTimeout=30',
    // Detects a machine that hangs. A power cut needs no such option, as it also closes the emulator's port.
    'ServerAliveInterval=30',
  ]
  const ssh = [
    ...['-F', '/dev/null', '-i', keys.privateKeyFile, '-p', String(emulator.sshPort)],
    ...options.flatMap((option) => ['-o', option]),
    'root@127.0.0.1',
    'sh -s',
  ]
  const exec = async (script: string): Promise<ExecResult> => {
    const { exitCode = 255, stdout, stderr } = await execa('ssh', ssh, { input: script, reject: false })
    return { code: exitCode, stdout, stderr }
  }
  const end = performance.now() + BOOT
  while ((await exec('exit 0')).code !== 0) {
    if (performance.now() > end || !emulator.isRunning()) {
      throw new PlanewrightError('host', 'the virtual machine does not let one log in', {
        why: await consoleEnd(emulator.consoleFile),
        remedy: `Look at ${emulator.consoleFile}.`,
      })
    }
    await pause(500)
  }
  return {
    emulator,
    exec,
    async run(what, script) {
      const { code, stdout, stderr } = await exec(script)
      if (code === 0) return stdout
      throw new PlanewrightError('host', `${what} failed (exit code ${code})`, {
        where: { host: 'machine' },
        why: `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n'),
        remedy: `Look at ${emulator.consoleFile}.`,
      })
    },
    lines: (script) => execa('ssh', ssh, { input: script, reject: false, stderr: 'ignore' }),
  }
}
