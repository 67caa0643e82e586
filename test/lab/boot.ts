import { readFile } from 'node:fs/promises'
import { ensureEngine } from './engine.ts'
import type { Lab, LabHost } from './lab.ts'
import { addKnownHosts, writeInventory } from './lab-files.ts'
import { withLabLock } from './lab-lock.ts'
import { labelsOf, removeLabelled } from './labels.ts'
import { bootNode, networkOf } from './nodes.ts'
import { findPrivileges } from './privileges.ts'
import type { Progress } from './progress.ts'
import { labOf, requireState, writeState } from './state.ts'

/**
 * Boots one more machine of the lab's version. It has kubeadm, the kubelet and containerd, and is not in the cluster until
 * {@link joinMachine} runs. When this returns, it is in the inventory and in known_hosts, and its sshd accepts the lab's
 * key.
 *
 * @returns the new state of the lab, and the machine
 */
export async function bootMachine(lab: Lab, progress: Progress): Promise<{ lab: Lab; machine: LabHost }> {
  return withLabLock(lab.name, progress, async () => {
    const state = await requireState(lab.name)
    const standing = labOf(state)
    const name = nextHostName(standing)
    const machine = await progress.step(`booting ${name}`, () => boot(standing, name, state.image, progress))
    const booted = { ...state, machines: [...state.machines, machine] }
    await addKnownHosts(standing, [machine])
    await writeInventory(labOf(booted))
    await writeState(booted)
    return { lab: labOf(booted), machine }
  })
}

/** The name with the next number: `lab-cp4` after `lab-cp3`. */
export function nextHostName({ name, hosts, machines }: Pick<Lab, 'name' | 'hosts' | 'machines'>): string {
  const numbers = [...hosts, ...machines].map((host) => Number(/-cp(\d+)$/.exec(host.name)?.[1] ?? 0))
  return `${name}-cp${Math.max(0, ...numbers) + 1}`
}

/** First removes what an interrupted `boot` left under this name, because that is no part of the lab. */
async function boot(lab: Lab, name: string, image: string, progress: Progress): Promise<LabHost> {
  const { docker } = await ensureEngine(progress)
  const labels = { ...labelsOf(lab), 'planewright.machine': name }
  await removeLabelled(docker, labels)
  const privileges = await findPrivileges(docker, image, labels)
  const publicKey = (await readFile(`${lab.privateKeyFile}.pub`, 'utf8')).trim()
  const request = { image, network: networkOf(lab.name), labels, publicKey }
  return bootNode(docker, name, privileges, request)
}
