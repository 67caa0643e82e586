import type Dockerode from 'dockerode'
import { getContainerRuntimeClient } from 'testcontainers'

/** A running container engine, whoever started it. */
export interface EngineClient {
  readonly docker: Dockerode
  /** Go's name of the architecture: `amd64`, `arm64`. */
  readonly architecture: string
  readonly version: string
}

/**
 * Finds the engine at the Docker socket or at `DOCKER_HOST`. Undefined if none answers. testcontainers does the search, so
 * that the lab and the tests use the same engine.
 */
export async function findEngine(): Promise<EngineClient | undefined> {
  // testcontainers' reaper (Ryuk) needs an image that cannot be pulled everywhere. It would also remove a lab that should
  // stay after the command. The lab has a reaper of its own (reaper.ts).
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true'
  try {
    const client = await getContainerRuntimeClient()
    const docker = client.container.dockerode
    // testcontainers remembers the engine that it found, which may have stopped since.
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

/** Go's name for an architecture that the kernel names (uname -m). */
export function goArchitecture(machine: string): string {
  const names: Record<string, string> = { x86_64: 'amd64', aarch64: 'arm64' }
  return names[machine] ?? machine
}
