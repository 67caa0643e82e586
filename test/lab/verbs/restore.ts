import { restore } from '../lab.ts'
import type { Progress } from '../progress.ts'
import { labOf, requireState } from '../state.ts'

/** `lab restore`: restores every node to what kubeadm left. */
export async function runRestore(options: { readonly name: string }, progress: Progress): Promise<void> {
  const lab = labOf(await requireState(options.name))
  await progress.step(`making lab ${options.name} as kubeadm left it`, () => restore(lab))
}
