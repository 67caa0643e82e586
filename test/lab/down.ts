import { rm } from 'node:fs/promises'
import { findEngine } from './engine-client.ts'
import { labelsOf, removeLabelled } from './labels.ts'
import { labDirectory } from './state.ts'

/**
 * Removes a lab: its containers with their volumes, its network and its folder. It removes only containers and networks
 * with the lab's labels. It is no error if the lab does not exist, or only a part of it.
 */
export async function down(name: string): Promise<void> {
  const directory = labDirectory(name)
  const engine = await findEngine()
  // Without an engine no container runs. A later call finds what is left by the labels.
  if (engine !== undefined) await removeLabelled(engine.docker, labelsOf({ name, directory }))
  await rm(directory, { recursive: true, force: true })
}
