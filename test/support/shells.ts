import { describe } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import type { RemoteShell, Sshd } from './sshd.ts'

/** Which program /bin/sh is on a host, and which coreutils come first in its PATH. */
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
 * Describes the same tests for each userland. The userlands run at the same time, because these tests mostly wait. The tests
 * of one userland run one after the other. Each userland's tests start their own host.
 */
export function describeUserlands(describeOne: (userland: Userland) => void): void {
  describe.concurrent.each(userlands)('$name', (userland) => {
    describe('one after the other', { concurrent: false }, () => {
      describeOne(userland)
    })
  })
}

const applets = '/opt/busybox'

/** The same connection with busybox's applets first in PATH, so that scripts find the userland of Alpine. */
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

/**
 * Opens a connection with this shell and these coreutils. An open connection keeps its shell if a later call changes
 * /bin/sh.
 */
export async function connectTo(sshd: Sshd, { shell, coreutils }: Userland): Promise<Connection> {
  await sshd.exec(`ln -sf ${shell} /bin/sh && mkdir -p ${applets} && busybox --install -s ${applets}`)
  const connection = await connectSsh(sshd.target('root'), { readyTimeoutMs: 30_000 })
  return coreutils === 'gnu' ? connection : withBusybox(connection)
}
