import type Dockerode from 'dockerode'

/**
 * The labels of a lab's containers and networks: its name and its folder. The folder distinguishes it from a lab of the same
 * name in another clone.
 */
export function labelsOf(lab: { name: string; directory: string }): Record<string, string> {
  return { 'planewright.lab': lab.name, 'planewright.directory': lab.directory }
}

/** Removes containers that have all these labels, with their anonymous volumes, and then networks that have them. */
export async function removeLabelled(
  docker: Dockerode,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const filters = { label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) }
  const containers = await docker.listContainers({ all: true, filters })
  await Promise.all(
    containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true }).catch(ignoreGone)),
  )
  const networks = await docker.listNetworks({ filters })
  await Promise.all(networks.map(({ Id }) => docker.getNetwork(Id).remove().catch(ignoreGone)))
  return containers.length + networks.length
}

/** Ignores that another process has removed it (404) or is removing it (409). */
function ignoreGone(error: unknown): void {
  const status = (error as { statusCode?: number }).statusCode
  if (status !== 404 && !(status === 409 && String(error).includes('already in progress'))) throw error
}
