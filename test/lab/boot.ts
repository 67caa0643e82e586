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
 * Boots one more machine of the lab's version: it has kubeadm, the kubelet and containerd, and is no part of the cluster
 * until {@link joinMachine} makes it one. It is in the inventory and in known_hosts when this returns, and its sshd lets
 * the lab's key in.
 *
 * @returns the lab as it is now, and the machine
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

/** The number after the highest: `lab-cp4` where there are three. */
export function nextHostName({ name, hosts, machines }: Pick<Lab, 'name' | 'hosts' | 'machines'>): string {
  const numbers = [...hosts, ...machines].map((host) => Number(/-cp(\d+)$/.exec(host.name)?.[1] ?? 0))
  return `${name}-cp${Math.max(0, ...numbers) + 1}`
}

/** What a `boot` that was broken off has left under this name is no part of the lab, and goes. */
async function boot(lab: Lab, name: string, image: string, progress: Progress): Promise<LabHost> {
  const { docker } = await ensureEngine(progress)
  const labels = { ...labelsOf(lab), 'planewright.machine': name }
  await removeLabelled(docker, labels)
  const privileges = await findPrivileges(docker, image, labels)
  const publicKey = (await readFile(`${lab.privateKeyFile}.pub`, 'utf8')).trim()
  const request = { image, network: networkOf(lab.name), labels, publicKey }
  return bootNode(docker, name, privileges, request)
}
