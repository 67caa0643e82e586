import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { stringify } from 'yaml'
import { mapLimited } from '../../src/engine/values/map-limited.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'
import type { BenchContext } from './bench.ts'
import { dress } from './dress.ts'

/** Hosts in containers on which planewright has nothing to change. One key opens all of them. */
export interface Fleet extends AsyncDisposable {
  readonly inventoryFile: string
  readonly privateKeyFile: string
  readonly knownHostsFile: string
  readonly hosts: readonly { readonly name: string; readonly address: string; readonly port: number }[]
}

/** How many containers start at once. More would only wait for each other on a small machine. */
const startedAtOnce = 4

async function startAll(
  size: number,
  started: Sshd[],
  { progress, signal }: BenchContext,
): Promise<readonly Sshd[]> {
  const names = Array.from({ length: size }, (_value, index) => `cp${index + 1}`)
  return progress.step(`starting ${size} containers with sshd`, () =>
    mapLimited(names, startedAtOnce, async (name) => {
      signal.throwIfAborted()
      const sshd = await startSshd({ name })
      // Recorded at once, so that this container is removed even if another one does not start.
      started.push(sshd)
      return sshd
    }),
  )
}

function inventory(hosts: Fleet['hosts']): string {
  return stringify({
    all: {
      vars: {
        ansible_user: 'root',
        ansible_ssh_private_key_file: 'key',
        planewright_known_hosts_file: 'known_hosts',
      },
      children: {
        kube_control_plane: {
          hosts: Object.fromEntries(
            hosts.map(({ name, address, port }) => [name, { ansible_host: address, ansible_port: port }]),
          ),
        },
      },
    },
  })
}

/** Lets the first host's key log in to all hosts, and writes a user's files: key, known_hosts and inventory. */
async function shareKey(sshds: readonly Sshd[], folder: string): Promise<Fleet['hosts']> {
  const [first] = sshds
  if (first === undefined) return []
  await writeFile(path.join(folder, 'key'), await readFile(first.privateKeyFile), { mode: 0o600 })
  const known = await Promise.all(sshds.map((sshd) => readFile(sshd.knownHostsFile, 'utf8')))
  await writeFile(path.join(folder, 'known_hosts'), known.join(''))
  const publicKey = (await first.exec('cat /root/.ssh/authorized_keys')).stdout.trim()
  await mapLimited(sshds, startedAtOnce, (sshd) =>
    sshd.exec(`echo '${publicKey}' >> /root/.ssh/authorized_keys`),
  )
  const hosts = sshds.map((sshd) => ({
    name: sshd.target('root').name,
    address: sshd.address,
    port: sshd.port,
  }))
  await writeFile(path.join(folder, 'hosts.yaml'), inventory(hosts))
  return hosts
}

/** Starts hosts and prepares them so that planewright has nothing to change. Disposing the fleet removes them. */
export async function startFleet(size: number, context: BenchContext): Promise<Fleet> {
  const folder = await mkdtemp(path.join(tmpdir(), 'planewright-bench-'))
  const started: Sshd[] = []
  const dispose = async (): Promise<void> => {
    await Promise.all(started.map((sshd) => sshd.stop()))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const sshds = await startAll(size, started, context)
    const hosts = await shareKey(sshds, folder)
    const inventoryFile = path.join(folder, 'hosts.yaml')
    await context.progress.step('making control planes of them', () => dress(inventoryFile, sshds))
    return {
      inventoryFile,
      privateKeyFile: path.join(folder, 'key'),
      knownHostsFile: path.join(folder, 'known_hosts'),
      hosts,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}
