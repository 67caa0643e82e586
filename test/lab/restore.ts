import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { PlanewrightError } from '../../src/error.ts'
import { findEngine } from './engine-client.ts'
import { runOn } from './exec.ts'
import type { Lab, LabHost } from './lab.ts'

const SCRIPT = path.join(import.meta.dirname, 'pristine.sh')

/**
 * Keeps, on the node itself, how kubeadm left it: manifests, kubelet settings, logins, which folders exist, and the
 * configuration that kubeadm stored in the cluster.
 */
export async function takeSnapshot(host: LabHost): Promise<void> {
  await runOn(host, 'keeping how kubeadm left it', await readScript('keep'))
}

/**
 * Makes every node of a lab as kubeadm left it, all at once: a second where nothing differs, some seven where
 * kube-apiserver has to be restarted. Nodes that were paused or stopped run again. The configuration that kubeadm stored
 * in the cluster comes back as well.
 *
 * @throws PlanewrightError `host` when a node cannot be brought back; `up` builds the lab anew then
 */
export async function restore(lab: Lab): Promise<void> {
  const engine = await findEngine()
  if (engine === undefined) throw new PlanewrightError('host', 'no container engine answers')
  const script = await readScript('restore')
  await Promise.all(
    lab.hosts.map(async (host) => {
      const container = engine.docker.getContainer(host.container)
      const { State } = await container.inspect()
      if (State.Paused) await container.unpause()
      if (!State.Running) await container.start()
      await runOn(host, 'restoring how kubeadm left it', script)
    }),
  )
  const [first] = lab.hosts
  if (first === undefined) return
  await runOn(first, 'restoring what kubeadm stored', await readScript('restore_configuration'))
}

type Action = 'keep' | 'restore' | 'restore_configuration'

async function readScript(action: Action): Promise<string> {
  return `set -- ${action}\n${await readFile(SCRIPT, 'utf8')}`
}
