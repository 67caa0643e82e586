import { describe } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import type { RemoteShell, Sshd } from './sshd.ts'

/** What a script meets on a host: which program /bin/sh is, and whose coreutils are found first. */
export interface Userland {
  readonly name: string
  readonly shell: RemoteShell
  readonly coreutils: 'gnu' | 'busybox'
}

const userlands: readonly Userland[] = [
  { name: 'dash with GNU coreutils', shell: 'dash', coreutils: 'gnu' },
  { name: 'bash with GNU coreutils', shell: 'bash', coreutils: 'gnu' },
  { name: 'busybox sh with busybox coreutils', shell: 'busybox', coreutils: 'busybox' },
]

/**
 * Describes the same for each of them: side by side, since a test of a script mostly waits, and in each one test after the
 * other. What a userland's tests need of a host, each makes for itself.
 */
export function describeUserlands(describeOne: (userland: Userland) => void): void {
  describe.concurrent.each(userlands)('$name', (userland) => {
    describe('one after the other', { concurrent: false }, () => {
      describeOne(userland)
    })
  })
}

const applets = '/opt/busybox'

/** The same connection, with busybox's applets before everything else: an Alpine in a folder. */
function withBusybox(connection: Connection): Connection {
  return {
    target: connection.target,
    run: (script, options) => connection.run(`PATH=${applets}:$PATH\n${script}`, options),
    forward: (address, port) => connection.forward(address, port),
    get isLost() {
      return connection.isLost
    },
    get roundTrips() {
      return connection.roundTrips
    },
    close: () => connection.close(),
  }
}

/** A connection whose shell and coreutils are these; the shell stays what it is while later ones get another. */
export async function connectTo(sshd: Sshd, { shell, coreutils }: Userland): Promise<Connection> {
  await sshd.exec(`ln -sf ${shell} /bin/sh && mkdir -p ${applets} && busybox --install -s ${applets}`)
  const connection = await connectSsh(sshd.target('root'), { readyTimeoutMs: 30_000 })
  return coreutils === 'gnu' ? connection : withBusybox(connection)
}
