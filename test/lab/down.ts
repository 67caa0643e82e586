import { rm } from 'node:fs/promises'
import { findEngine } from './engine-client.ts'
import { labelsOf, removeLabelled } from './labels.ts'
import { labDirectory } from './state.ts'

/**
 * Removes a lab: its containers with their volumes, its network and its folder, and nothing that does not carry
 * its labels. A lab that is not there, or only in half, is no error.
 */
export async function down(name: string): Promise<void> {
  const directory = labDirectory(name)
  const engine = await findEngine()
  // Without an engine nothing of it runs; its leftovers are found again by their labels.
  if (engine !== undefined) await removeLabelled(engine.docker, labelsOf({ name, directory }))
  await rm(directory, { recursive: true, force: true })
}
