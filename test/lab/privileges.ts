import type Dockerode from 'dockerode'
import type { Privileges } from './node-container.ts'

/** Finds out whether this engine may run a privileged container, by starting one. */
export async function findPrivileges(
  docker: Dockerode,
  image: string,
  labels: Readonly<Record<string, string>>,
): Promise<Privileges> {
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['/bin/true'],
    Labels: { ...labels },
    HostConfig: { Privileged: true, NetworkMode: 'none' },
  })
  try {
    await container.start()
    return 'privileged'
  } catch {
    return 'capabilities'
  } finally {
    await container.remove({ force: true, v: true })
  }
}
