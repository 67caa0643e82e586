import { PlanewrightError } from '../../../src/error.ts'
import { bootMachine, joinMachine, type Lab, type LabHost } from '../lab.ts'
import type { Progress } from '../progress.ts'
import { labOf, requireState } from '../state.ts'

/** `lab join`: makes a control plane of each booted machine, or boots one first if there is none. */
export async function runJoin(options: { readonly name: string }, progress: Progress): Promise<void> {
  const standing = labOf(await requireState(options.name))
  const lab = standing.machines.length > 0 ? standing : (await bootMachine(standing, progress)).lab
  for (const machine of lab.machines) await join(lab, machine, progress)
}

async function join(lab: Lab, machine: LabHost, progress: Progress): Promise<void> {
  const { kubeadm } = await joinMachine(lab, machine, { progress })
  if (kubeadm.code === 0) {
    progress.note(`${machine.name} is a control plane of lab ${lab.name}.`)
    return
  }
  // The whole output, because the reason stands before its last lines.
  progress.note(kubeadm.output)
  throw new PlanewrightError('host', `kubeadm join failed (exit code ${kubeadm.code})`, {
    where: { host: machine.name },
    why: /^error: (.*)/m.exec(kubeadm.output)?.[1] ?? 'its output, above, has no word of an error',
    remedy:
      `The machine is as kubeadm left it: see what it lacks with \`npm run lab -- ssh ${machine.name}\`, ` +
      'and run `join` again; `kubeadm reset` there makes it bare.',
  })
}
