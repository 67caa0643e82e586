import { loadInventory, PlanewrightError, readExtraVariables, type Inventory } from '../index.ts'
import type { RunOptions } from './options.ts'

/** The inventory that `-i` names, with the variables of `-e`. Throws PlanewrightError. */
export async function readInventory({ inventory, extraVars }: RunOptions): Promise<Inventory> {
  if (inventory.length === 0) {
    throw new PlanewrightError('usage', 'no inventory was given', {
      remedy: 'Name one with -i: inventories/example/hosts.yaml shows the form.',
    })
  }
  return loadInventory({
    sources: inventory,
    extraVariables: await readExtraVariables(extraVars, process.cwd()),
  })
}
