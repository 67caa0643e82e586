import { PlanewrightError } from '../../../src/error.ts'
import { find, restore } from '../lab.ts'
import type { Progress } from '../progress.ts'

/** `lab restore`: every node as kubeadm left it. */
export async function runRestore(options: { readonly name: string }, progress: Progress): Promise<void> {
  const lab = await find(options.name)
  if (lab === undefined) {
    throw new PlanewrightError('usage', `lab ${options.name} does not stand`, {
      remedy: `Run \`npm run lab -- up --name ${options.name}\` first.`,
    })
  }
  await progress.step(`making lab ${options.name} as kubeadm left it`, () => restore(lab))
}
