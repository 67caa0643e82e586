import path from 'node:path'
import { up } from '../lab.ts'
import { formatSeconds, type Progress } from '../progress.ts'
import { parseControlPlanes, parseVersion } from './arguments.ts'

export interface UpArguments {
  readonly name: string
  readonly controlPlanes?: string
  readonly kubernetes?: string
}

/** `lab up`: makes sure that a lab exists, and prints what to do next. */
export async function runUp(options: UpArguments, progress: Progress): Promise<void> {
  const started = performance.now()
  const lab = await up({
    name: options.name,
    controlPlanes: parseControlPlanes(options.controlPlanes),
    kubernetes: parseVersion(options.kubernetes),
    progress,
  })
  const time = formatSeconds(performance.now() - started)
  const relative = (file: string): string => path.relative(process.cwd(), file)
  const name = lab.name === 'lab' ? '' : ` --name ${lab.name}`
  progress.note(`
Lab ${lab.name} stands after ${time}: Kubernetes ${lab.kubernetes} on ${lab.hosts.map((host) => host.name).join(', ')}.

  npm run planewright -- plan -i ${relative(lab.inventoryFile)} --diff    what would change on it
  npm run planewright -- apply -i ${relative(lab.inventoryFile)}          change it, and prove it
  npm run lab -- ssh ${lab.hosts[0]?.name ?? ''}                 look around on a node
  kubectl --kubeconfig ${relative(lab.adminConfigFile)} get nodes
  npm run lab -- down${name}                     take it down`)
}
