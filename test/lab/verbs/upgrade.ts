import { upgradeLab } from '../lab.ts'
import { formatSeconds, type Progress } from '../progress.ts'
import { labOf, requireState } from '../state.ts'
import { parseRelease } from './arguments.ts'

export interface UpgradeArguments {
  readonly name: string
  readonly to: string
}

/** `lab upgrade`: upgrades every node to another release with kubeadm. */
export async function runUpgrade(options: UpgradeArguments, progress: Progress): Promise<void> {
  const started = performance.now()
  const version = parseRelease('--to', options.to)
  const lab = await upgradeLab(labOf(await requireState(options.name)), version, { progress })
  const time = formatSeconds(performance.now() - started)
  progress.note(
    `Lab ${lab.name} is at ${lab.kubernetes} after ${time}; \`restore\` goes back to this from now on.`,
  )
}
