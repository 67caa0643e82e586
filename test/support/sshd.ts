import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'
import type { StartedTestContainer } from 'testcontainers'

import type { ConnectionTarget } from '../../src/connection/target.ts'
import { lineProgress } from '../lab/progress.ts'
import { ensureSshdImage } from './sshd-image.ts'
import { runLabels } from './sshd-run.ts'

/** The program that /bin/sh is on the host. */
export type RemoteShell = 'dash' | 'bash' | 'busybox'

/** The accounts that accept the key of {@link Sshd}. sshd-image.ts says what each may do. */
export type RemoteUser = 'root' | 'operator' | 'plain' | 'stranger'

export interface SshdOptions {
  /** The default is Debian's own: dash. */
  readonly shell?: RemoteShell
  /** Lines for sshd_config. They come first, because sshd uses the first value of a keyword (sshd_config(5)). */
  readonly config?: readonly string[]
  /** The name in the inventory. The default is `sshd`. */
  readonly name?: string
}

export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A real sshd in a container of its own, with keys of its own. */
export interface Sshd {
  readonly address: string
  readonly port: number
  /** A temporary folder with the key and known_hosts. It is removed together with the container. */
  readonly folder: string
  /** A key that every account accepts. */
  readonly privateKeyFile: string
  /** A file with all host keys of this sshd, for its published address and port. */
  readonly knownHostsFile: string
  /** The host keys in the form of known_hosts and authorized_keys: `ssh-ed25519 AAAA…`. */
  readonly hostKeys: readonly string[]
  readonly container: StartedTestContainer
  /** The target for a login as this user, without sudo. `changes` replace single fields. */
  target(user: RemoteUser, changes?: Partial<ConnectionTarget>): ConnectionTarget
  /** Runs a script as root by `docker exec`, which does not depend on the SSH connection under test. */
  exec(script: string): Promise<ExecResult>
  /** What sshd has logged so far. */
  log(): Promise<string>
  /** Freezes all processes. Packets still arrive, but no process answers. */
  pause(): Promise<void>
  /** Ends all processes at once, as a power cut would. */
  kill(): Promise<void>
  unpause(): Promise<void>
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const START = String.raw`
set -e
for type in ed25519 ecdsa rsa; do
  # 2048 bits of RSA are enough for an hour, and found sooner.
  test $type = rsa && bits='-b 2048' || bits=
  ssh-keygen -q -t $type $bits -N '' -f /etc/ssh/ssh_host_"$type"_key
done
ssh-keygen -q -t ed25519 -N '' -C planewright-test -f /root/login
for user in root operator plain stranger; do
  home=$(getent passwd "$user" | cut -d: -f6)
  mkdir -p "$home/.ssh"
  cp /root/login.pub "$home/.ssh/authorized_keys"
  chown -R "$user" "$home/.ssh"
  chmod -R go= "$home/.ssh"
done
mkdir -p /run/sshd
exec /usr/sbin/sshd -D -e
`

/** Starts sshd in a container. This takes about a second if the image exists. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const image = await ensureSshdImage(lineProgress(() => undefined))
  const shell = options.shell ?? 'dash'
  const settings = (options.config ?? []).map((line) => `${line}\n`).join('')
  const container = await startOnFreePort(() =>
    new GenericContainer(image)
      .withExposedPorts(22)
      .withLabels(runLabels())
      .withCopyContentToContainer([{ content: settings, target: '/etc/ssh/sshd_config.d/00-test.conf' }])
      .withCommand(['sh', '-c', `ln -sf ${shell} /bin/sh\n${START}`])
      .withWaitStrategy(Wait.forLogMessage(/Server listening on 0\.0\.0\.0 port 22/))
      .start(),
  )
  const folder = await mkdtemp(join(tmpdir(), 'planewright-sshd-'))
  const exec = async (script: string): Promise<ExecResult> => {
    const { exitCode, stdout, stderr } = await container.exec(['sh', '-c', script])
    return { code: exitCode, stdout, stderr }
  }
  const read = async (files: string) => (await exec(`cat ${files}`)).stdout

  // localhost may also mean ::1, where not every engine publishes ports.
  const address = container.getHost() === 'localhost' ? '127.0.0.1' : container.getHost()
  const port = container.getMappedPort(22)
  const hostKeys = (await read('/etc/ssh/ssh_host_*_key.pub'))
    .trim()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 2).join(' '))
  const privateKeyFile = join(folder, 'login')
  await writeFile(privateKeyFile, await read('/root/login'), { mode: 0o600 })
  const knownHostsFile = join(folder, 'known_hosts')
  await writeFile(knownHostsFile, hostKeys.map((key) => `[${address}]:${port} ${key}\n`).join(''))

  const engineContainer = async () => {
    const { container: client } = await getContainerRuntimeClient()
    return client.dockerode.getContainer(container.getId())
  }
  const stop = async () => {
    await (await engineContainer()).remove({ force: true, v: true })
    await rm(folder, { recursive: true, force: true })
  }
  return {
    address,
    port,
    folder,
    privateKeyFile,
    knownHostsFile,
    hostKeys,
    container,
    target: (user, changes = {}) => ({
      name: options.name ?? 'sshd',
      address,
      port,
      user,
      privateKeyFile,
      knownHostsFile,
      become: false,
      ...changes,
    }),
    exec,
    log: async () => {
      const lines = await (await engineContainer()).logs({ stdout: true, stderr: true })
      return lines.toString()
    },
    pause: async () => {
      await (await engineContainer()).pause()
    },
    unpause: async () => {
      await (await engineContainer()).unpause()
    },
    kill: async () => {
      await (await engineContainer()).kill()
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/**
 * The engine chooses a port that seems free. An outgoing connection of this machine may take that port in the same moment.
 * Then another start gets another port.
 */
async function startOnFreePort(start: () => Promise<StartedTestContainer>): Promise<StartedTestContainer> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await start()
    } catch (error) {
      if (attempts === PORT_ATTEMPTS || !String(error).includes('address already in use')) throw error
    }
  }
}

const PORT_ATTEMPTS = 3
