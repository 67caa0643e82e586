import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { PlanewrightError } from '../../src/error.ts'
import { findEngine } from './engine-client.ts'
import { execOn, runOn } from './exec.ts'
import type { Lab, LabHost } from './lab.ts'

const SCRIPT = path.join(import.meta.dirname, 'pristine.sh')

/**
 * Stores a snapshot of the node on the node itself, as kubeadm left it: manifests, kubelet settings, logins, the names of
 * folders, and the configuration that kubeadm stored in the cluster.
 */
export async function takeSnapshot(host: LabHost): Promise<void> {
  await runOn(host, 'keeping how kubeadm left it', await readScript('keep'))
}

/** Removes the snapshot. An upgrade does this first, because the snapshot is of the old release. */
export async function forgetSnapshot(host: LabHost): Promise<void> {
  await runOn(host, 'letting go of how kubeadm left it', await readScript('forget'))
}

/** The version of kubeadm in the snapshot. Undefined if there is no snapshot. */
export async function readSnapshotVersion(host: LabHost): Promise<string | undefined> {
  const { code, stdout } = await execOn(host, await readScript('version'))
  return code === 0 ? stdout.trim() : undefined
}

/**
 * Restores every node of a lab to what kubeadm left, all at the same time. It takes a second if nothing differs, and some
 * seven if kube-apiserver has to restart. Nodes that were paused or stopped run again. The configuration that kubeadm
 * stored in the cluster is restored, too.
 *
 * The snapshot is from the node's `kubeadm init`, join or upgrade, whichever was last. So a restore does not go back to
 * before an upgrade, and it keeps what had been changed on a node until then. A node that joined stays in the cluster. A
 * machine that has not joined is left alone.
 *
 * @throws PlanewrightError `host` if a node cannot be restored; then `up` builds the lab anew
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

type Action = 'keep' | 'version' | 'forget' | 'restore' | 'restore_configuration'

async function readScript(action: Action): Promise<string> {
  return `set -- ${action}\n${await readFile(SCRIPT, 'utf8')}`
}
