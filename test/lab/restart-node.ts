import { PlanewrightError } from '../../src/error.ts'
import { findEngine } from './engine-client.ts'
import type { LabHost } from './lab.ts'

/** Kills all processes of a node at once, as a power cut would, and boots it again. */
export async function restartNode(host: LabHost): Promise<void> {
  const engine = await findEngine()
  if (engine === undefined) throw new PlanewrightError('host', 'no container engine answers')
  await engine.docker.getContainer(host.container).restart({ t: 0 })
}
