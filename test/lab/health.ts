import { setTimeout as delay } from 'node:timers/promises'
import type Dockerode from 'dockerode'
import { PlanewrightError } from '../../src/error.ts'
import { exists } from './exists.ts'
import { execInContainer } from './exec.ts'
import type { Lab, LabHost } from './lab.ts'

/** The state of one host, as `npm run lab -- status` prints it. */
export type Health = 'ready' | 'not ready' | 'not joined' | 'paused' | 'stopped' | 'missing'

/** Whether a lab has all its files, its containers run at their addresses, and every /readyz says ok. */
export async function isHealthy(docker: Dockerode, lab: Lab): Promise<boolean> {
  const files = [lab.inventoryFile, lab.privateKeyFile, lab.knownHostsFile, lab.adminConfigFile]
  if (!(await Promise.all(files.map(exists))).every(Boolean)) return false
  const states = await Promise.all(lab.hosts.map((host) => settleHealth(docker, host)))
  return states.every((state) => state === 'ready')
}

/**
 * Refuses a lab with a control plane that is not ready.
 *
 * @throws PlanewrightError `host` with the state of each control plane that is not ready
 */
export async function requireHealth(docker: Dockerode, lab: Lab): Promise<void> {
  const healths = await Promise.all(
    lab.hosts.map(async (host) => ({ name: host.name, health: await settleHealth(docker, host) })),
  )
  const ill = healths.filter(({ health }) => health !== 'ready')
  if (ill.length === 0) return
  throw new PlanewrightError('host', `lab ${lab.name} is not healthy`, {
    why: ill.map(({ name, health }) => `${name} is ${health}`).join(', '),
    remedy:
      `See \`npm run lab -- logs\` of it; \`npm run lab -- restore --name ${lab.name}\` makes it as kubeadm left it, ` +
      'and `up` builds it anew.',
  })
}

/** The state of a machine that has not joined. It has no apiserver, so only its container is asked. */
export async function readMachine(docker: Dockerode, machine: LabHost): Promise<Health> {
  const state = await readContainer(docker, machine)
  return state === 'running' ? 'not joined' : state
}

/** Waits half a minute for an apiserver that is not ready, because somebody may just have restarted it. */
async function settleHealth(docker: Dockerode, host: LabHost): Promise<Health> {
  for (let attempt = 0; ; attempt++) {
    const health = await readHealth(docker, host)
    if (health !== 'not ready' || attempt === 60) return health
    await delay(500)
  }
}

export async function readHealth(docker: Dockerode, host: LabHost): Promise<Health> {
  const state = await readContainer(docker, host)
  return state === 'running' ? readReadiness(docker, host) : state
}

async function readContainer(
  docker: Dockerode,
  host: LabHost,
): Promise<'running' | 'paused' | 'stopped' | 'missing'> {
  try {
    const { State, NetworkSettings } = await docker.getContainer(host.container).inspect()
    if (State.Paused) return 'paused'
    const addresses = Object.values(NetworkSettings.Networks).map((network) => network.IPAddress)
    return State.Running && addresses.includes(host.nodeAddress) ? 'running' : 'stopped'
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return 'missing'
    throw error
  }
}

async function readReadiness(docker: Dockerode, host: LabHost): Promise<Health> {
  const script = 'curl -fsk --max-time 3 https://127.0.0.1:6443/readyz'
  const { code } = await execInContainer(docker, host.container, script)
  return code === 0 ? 'ready' : 'not ready'
}
