import type Dockerode from 'dockerode'
import { getContainerRuntimeClient } from 'testcontainers'

/** The container engine that answers, whoever started it. */
export interface EngineClient {
  readonly docker: Dockerode
  /** As Go calls it: `amd64`, `arm64`. */
  readonly architecture: string
  readonly version: string
}

/**
 * Asks the Docker socket or `DOCKER_HOST`; undefined when nothing answers. The places it looks at are
 * testcontainers', so that what is found here is what the tests use.
 */
export async function findEngine(): Promise<EngineClient | undefined> {
  // Its reaper needs an image of its own, which cannot be had everywhere, and would take away a lab that is
  // meant to outlive the command: the lab has its own (reaper.ts).
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'
  try {
    const client = await getContainerRuntimeClient()
    const docker = client.container.dockerode
    // testcontainers remembers the engine it once found; it may have gone since.
    await docker.ping()
    return {
      docker,
      architecture: goArchitecture(client.info.containerRuntime.architecture),
      version: String(client.info.containerRuntime.serverVersion),
    }
  } catch {
    return undefined
  }
}

/** What the kernel calls an architecture (uname -m), in Go's word. */
export function goArchitecture(machine: string): string {
  const names: Record<string, string> = { x86_64: 'amd64', aarch64: 'arm64' }
  return names[machine] ?? machine
}
