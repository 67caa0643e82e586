import path from 'node:path'
import { bootMachine } from '../lab.ts'
import type { Progress } from '../progress.ts'
import { labOf, requireState } from '../state.ts'

/** `lab boot`: boots a machine that can join, and prints what to do next. */
export async function runBoot(options: { readonly name: string }, progress: Progress): Promise<void> {
  const { lab, machine } = await bootMachine(labOf(await requireState(options.name)), progress)
  const name = lab.name === 'lab' ? '' : ` --name ${lab.name}`
  progress.note(`
${machine.name} has booted, and is in ${path.relative(process.cwd(), lab.inventoryFile)}.

  npm run lab -- ssh ${machine.name}    look around
  npm run lab -- join${name}    make it a control plane`)
}
