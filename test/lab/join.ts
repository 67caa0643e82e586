import { awaitReady, execJoin, invite } from './cluster.ts'
import { PlanewrightError } from '../../src/error.ts'
import type { KubeadmResult } from './kubeadm-command.ts'
import type { Lab, LabHost } from './lab.ts'
import { writeInventory } from './lab-files.ts'
import { withLabLock } from './lab-lock.ts'
import type { Progress } from './progress.ts'
import { takeSnapshot } from './restore.ts'
import { labOf, requireState, writeState } from './state.ts'

export interface JoinOptions {
  readonly progress: Progress
  /** How long kubeadm waits for the kubelet's TLS bootstrap, such as `30s`. kubeadm's default is five minutes. */
  readonly bootstrapTimeout?: string
}

export interface Joined {
  /** The new state of the lab. If kubeadm succeeded, the machine is one of its hosts. */
  readonly lab: Lab
  readonly kubeadm: KubeadmResult
}

/**
 * Runs `kubeadm join --control-plane` on a booted machine, with a new token and certificate key. If kubeadm fails, the
 * machine stays as kubeadm left it and counts as not joined. It can be joined again.
 *
 * @throws PlanewrightError `usage` if the lab has no such machine; `host` if anything but `kubeadm join` fails
 */
export async function joinMachine(lab: Lab, machine: LabHost, options: JoinOptions): Promise<Joined> {
  const { progress, bootstrapTimeout } = options
  return withLabLock(lab.name, progress, async () => {
    const state = await requireState(lab.name)
    const [first] = state.hosts
    if (first === undefined || !state.machines.some(({ name }) => name === machine.name)) {
      throw new PlanewrightError('usage', `lab ${lab.name} has no machine ${machine.name} that could join`, {
        remedy: `Run \`npm run lab -- boot --name ${lab.name}\` for one.`,
      })
    }
    const invitation = await progress.step(`inviting ${machine.name}`, () => invite(first, state.kubernetes))
    const kubeadm = await progress.step(`kubeadm join on ${machine.name}`, () =>
      execJoin(machine, invitation, bootstrapTimeout),
    )
    if (kubeadm.code !== 0) return { lab: labOf(state), kubeadm }
    await awaitReady(machine)
    await takeSnapshot(machine)
    const machines = state.machines.filter(({ name }) => name !== machine.name)
    const joined = { ...state, hosts: [...state.hosts, machine], machines }
    await writeInventory(labOf(joined))
    await writeState(joined)
    return { lab: labOf(joined), kubeadm }
  })
}
