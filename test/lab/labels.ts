import type Dockerode from 'dockerode'

/**
 * What marks a container or network as one lab's own: its name and its folder, so that a lab of the same name in
 * another clone is a stranger.
 */
export function labelsOf(lab: { name: string; directory: string }): Record<string, string> {
  return { 'planewright.lab': lab.name, 'planewright.directory': lab.directory }
}

/** Removes what carries all these labels: containers with their anonymous volumes, then networks. */
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

/** Somebody else removed it in the meantime (404), or is doing so (409). */
function ignoreGone(error: unknown): void {
  const status = (error as { statusCode?: number }).statusCode
  if (status !== 404 && !(status === 409 && String(error).includes('already in progress'))) throw error
}
