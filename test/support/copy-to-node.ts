import { spawn } from 'node:child_process'
import { findEngine } from '../lab/engine-client.ts'
import type { LabHost } from '../lab/lab.ts'

/** Copies files and folders from one folder into a folder on a node. That folder must exist. */
export async function copyToNode(
  host: LabHost,
  { from, names, to }: { readonly from: string; readonly names: readonly string[]; readonly to: string },
): Promise<void> {
  const engine = await findEngine()
  if (engine === undefined) throw new Error('no container engine answers')
  const tar = spawn('tar', ['-C', from, '--owner=0', '--group=0', '-cf', '-', ...names], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await engine.docker.getContainer(host.container).putArchive(tar.stdout, { path: to })
}
