import { loadInventory, PlanewrightError, readExtraVariables, type Inventory } from '../index.ts'
import type { RunOptions } from './options.ts'

/** Reads the inventory that `-i` names, with the variables of `-e`. Throws PlanewrightError. */
export async function readInventory({ inventory, extraVars }: RunOptions): Promise<Inventory> {
  if (inventory.length === 0) {
    throw new PlanewrightError('usage', 'no inventory was given', {
      remedy: 'Give a YAML file or a folder (-i hosts.yaml), or a list of hosts with a comma (-i cp1,cp2).',
    })
  }
  return loadInventory({
    sources: inventory,
    extraVariables: await readExtraVariables(extraVars, process.cwd()),
  })
}
