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
  /** How long kubeadm waits for an apiserver that does not come: `30s`; five minutes unless said. */
  readonly bootstrapTimeout?: string
}

export interface Joined {
  /** The lab as it is now: the machine is one of its hosts where kubeadm has succeeded. */
  readonly lab: Lab
  readonly kubeadm: KubeadmResult
}

/**
 * `kubeadm join --control-plane` on a booted machine, with a token and a certificate key of its own. Where kubeadm fails
 * nothing is mended: the machine is as kubeadm left it, and still one that has not joined; it can be tried again.
 *
 * @throws PlanewrightError `usage` where the lab has no such machine; `host` where anything but kubeadm's join fails
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
