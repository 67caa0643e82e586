import { PlanewrightError } from '../../src/error.ts'
import { findEngine, type EngineClient } from './engine-client.ts'
import { defaultEnginePlace, startEngine } from './engine-process.ts'
import { canInstallPackages, installPackages } from './packages.ts'
import type { Progress } from './progress.ts'

export interface Engine extends EngineClient {
  /** Whether this call started it. If so, `stopEngine` can stop it. */
  readonly started: boolean
}

/** The packages that `dockerd` needs on Debian and Ubuntu. */
const ENGINE_PACKAGES = ['docker.io', 'containerd', 'runc', 'iptables', 'iproute2']

/**
 * Returns the container engine at the Docker socket or at `DOCKER_HOST`. If none answers, it installs `docker.io` and
 * starts `dockerd`, on Debian or Ubuntu as root. That engine goes on when this process ends.
 *
 * @throws PlanewrightError `host` if no engine answers and none can be installed or started
 */
export async function ensureEngine(progress: Progress): Promise<Engine> {
  const running = await findEngine()
  if (running !== undefined) return { ...running, started: false }
  if (process.env.DOCKER_HOST !== undefined) {
    throw new PlanewrightError('host', 'no container engine answers', {
      why: `nothing answers at DOCKER_HOST=${process.env.DOCKER_HOST}`,
      remedy: 'Start that engine, or unset DOCKER_HOST to use the one of this machine.',
    })
  }
  if (!(await canInstallPackages())) {
    throw new PlanewrightError('host', 'no container engine answers', {
      why: 'nothing answers at the Docker socket, and only on Debian or Ubuntu, as root, can one be installed',
      remedy:
        'Install Docker Engine (or Docker Desktop, or Podman with its Docker socket), start it, ' +
        'and see that `docker info` shows a server; or set DOCKER_HOST.',
    })
  }
  await installPackages(ENGINE_PACKAGES, ['dockerd', 'containerd', 'runc', 'iptables', 'ip'], progress)
  // If the init system is systemd, the package's own scripts have started the engine, and systemd manages it.
  const installed = await findEngine()
  if (installed !== undefined) return { ...installed, started: false }
  await progress.step('starting the container engine (`npm run lab -- down --engine` stops it)', () =>
    startEngine(defaultEnginePlace()),
  )
  const started = await findEngine()
  if (started === undefined) {
    throw new PlanewrightError('host', 'the container engine that was started does not answer', {
      remedy: 'Look at engine/dockerd.log in the cache folder.',
    })
  }
  return { ...started, started: true }
}
