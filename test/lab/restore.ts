import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { PlanewrightError } from '../../src/error.ts'
import { findEngine } from './engine-client.ts'
import { execOn, runOn } from './exec.ts'
import type { Lab, LabHost } from './lab.ts'

const SCRIPT = path.join(import.meta.dirname, 'pristine.sh')

/**
 * Keeps, on the node itself, how kubeadm left it: manifests, kubelet settings, logins, which folders exist, and the
 * configuration that kubeadm stored in the cluster.
 */
export async function takeSnapshot(host: LabHost): Promise<void> {
  await runOn(host, 'keeping how kubeadm left it', await readScript('keep'))
}

/** Lets go of what was kept: a node that is being upgraded is on its way from it. */
export async function forgetSnapshot(host: LabHost): Promise<void> {
  await runOn(host, 'letting go of how kubeadm left it', await readScript('forget'))
}

/** The version of kubeadm with which the node was kept; undefined where nothing is kept. */
export async function readSnapshotVersion(host: LabHost): Promise<string | undefined> {
  const { code, stdout } = await execOn(host, await readScript('version'))
  return code === 0 ? stdout.trim() : undefined
}

/**
 * Makes every node of a lab as kubeadm left it, all at once: a second where nothing differs, some seven where
 * kube-apiserver has to be restarted. Nodes that were paused or stopped run again. The configuration that kubeadm stored
 * in the cluster comes back as well.
 *
 * kubeadm left a node when it was initialized, when it joined, or when it was upgraded, whichever was last: there is no
 * way back to before an upgrade, and what had been done to a node until then is part of it. A node that joined stays. A
 * machine that has not joined is left alone.
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

type Action = 'keep' | 'version' | 'forget' | 'restore' | 'restore_configuration'

async function readScript(action: Action): Promise<string> {
  return `set -- ${action}\n${await readFile(SCRIPT, 'utf8')}`
}
