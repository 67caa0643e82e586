import { openTransaction } from '../../guard/transaction.ts'
import { readHost } from '../../host/host-reader.ts'
import { askKubelet } from '../../host/kubelet.ts'
import {
  reach,
  see,
  troublesOf,
  wordsOf,
  type ControlPlane,
  type Reachable,
  type Seen,
  type Troubles,
} from '../cluster/control-plane.ts'
import { found, type Finding } from './health-check.ts'

/** What planewright sees on a control plane itself. */
export interface Inspected extends Seen {
  /** What is under way there, and whether its kubelet answers. */
  readonly findings: readonly Finding[]
}

async function kubeletTroubles({ connection }: ControlPlane, runs: boolean): Promise<Troubles> {
  if (!runs) return ['no kubelet runs there (systemctl status kubelet)']
  const trouble = await askKubelet(connection)
  return trouble === undefined ? [] : [trouble]
}

/** Looks at a control plane: an open transaction, a running kubeadm, its kubelet, its apiserver's process. */
export async function inspect(host: ControlPlane): Promise<Inspected> {
  const reader = readHost(host.connection)
  const [seen, open, kubeadm, kubelets] = await Promise.all([
    see(host, reader),
    reader.file(openTransaction),
    reader.processes('kubeadm', []),
    reader.processes('kubelet', []),
  ])
  const transaction =
    open.type === 'regular' ? [`transaction ${open.content.toString('utf8').trim()} is open there`] : []
  const upgrades = kubeadm.processes
    .filter(({ argv }) => ['upgrade', 'init', 'join', 'reset'].some((verb) => argv.includes(verb)))
    .map(({ argv, pid }) => `${argv.slice(0, 3).join(' ')} is running there (process ${pid})`)
  const kubelet = await troublesOf(() => kubeletTroubles(host, kubelets.processes.length > 0))
  const findings = [
    ...found('idle', host.name, [...transaction, ...upgrades]),
    ...found('kubelet', host.name, kubelet),
  ]
  return { ...seen, findings }
}

/**
 * Looks at a control plane other than the one that is about to change. A lost connection is opened again
 * once. If the peer cannot be looked at, that is a finding about the peer, and no failure of the host that it
 * is asked for.
 */
export async function inspectPeer(host: Reachable): Promise<Inspected | readonly Finding[]> {
  try {
    const first = await reach(host)
    return await inspect(first).catch(async (thrown: unknown) => {
      if (first.connection.isLost) return inspect(await reach(host))
      throw thrown
    })
  } catch (thrown) {
    return found('seen', host.name, [`cannot be asked: ${wordsOf(thrown)}`])
  }
}
