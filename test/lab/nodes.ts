import { connect } from 'node:net'
import type Dockerode from 'dockerode'
import { PlanewrightError } from '../../src/error.ts'
import { runOn } from './exec.ts'
import type { LabHost } from './lab.ts'
import { NodeContainer, type Privileges } from './node-container.ts'
import { findPrivileges } from './privileges.ts'

/** The image, the network and the labels of a container. */
export interface ContainerRequest {
  readonly image: string
  /** The name of the lab's own network. */
  readonly network: string
  readonly labels: Readonly<Record<string, string>>
}

export interface NodeRequest extends ContainerRequest {
  /** An authorized_keys line with which root and operator log in. */
  readonly publicKey: string
}

/** The name of a lab's own network. */
export function networkOf(lab: string): string {
  return `planewright-${lab}`
}

/** Makes the network, and boots all nodes at the same time with {@link bootNode}. */
export async function createNodes(
  docker: Dockerode,
  names: readonly string[],
  request: NodeRequest,
): Promise<LabHost[]> {
  await docker.createNetwork({
    Name: request.network,
    CheckDuplicate: true,
    Driver: 'bridge',
    Labels: { ...request.labels },
  })
  const privileges = await findPrivileges(docker, request.image, request.labels)
  return Promise.all(names.map((name) => bootNode(docker, name, privileges, request)))
}

/** Boots one node, and authorizes the key. Returns when sshd accepts connections. */
export async function bootNode(
  docker: Dockerode,
  name: string,
  privileges: Privileges,
  request: NodeRequest,
): Promise<LabHost> {
  const container = await startContainer(name, privileges, request)
  const { NetworkSettings } = await docker.getContainer(container).inspect()
  const nodeAddress = NetworkSettings.Networks[request.network]?.IPAddress ?? ''
  await runOn({ name, container }, 'letting the lab key in', authorize(request.publicKey))
  if (await connects(nodeAddress, 22)) return { name, container, nodeAddress, address: nodeAddress, port: 22 }
  const published = Number(NetworkSettings.Ports['22/tcp']?.[0]?.HostPort)
  if (await connects('127.0.0.1', published)) {
    return { name, container, nodeAddress, address: '127.0.0.1', port: published }
  }
  throw new PlanewrightError('host', 'its sshd cannot be reached from here', {
    where: { host: name },
    why: `neither ${nodeAddress}:22 nor 127.0.0.1:${published} accepts a connection`,
    remedy: 'See whether a firewall stands between this machine and the container engine.',
  })
}

/** Boots systemd in a container, and returns the container's id. */
export async function startContainer(
  name: string,
  privileges: Privileges,
  request: ContainerRequest,
): Promise<string> {
  try {
    const started = await new NodeContainer(request.image, privileges)
      .withName(name)
      .withHostname(name)
      .withLabels({ ...request.labels })
      .withNetworkMode(request.network)
      .withLoopbackPorts(22, 6443)
      .start()
    return started.getId()
  } catch (error) {
    const taken = (error as { statusCode?: number }).statusCode === 409
    throw new PlanewrightError(taken ? 'usage' : 'host', `the node ${name} could not be started`, {
      where: { host: name },
      why: error instanceof Error ? error.message : String(error),
      remedy: taken
        ? 'Another container has this name and is not this lab’s: choose another --name.'
        : 'Look at `docker logs` of the container; `up` again begins anew.',
      cause: error,
    })
  }
}

/** sh that authorizes the key for both users. The key is base64 with a comment of ours, so single quotes are enough. */
function authorize(publicKey: string): string {
  return `set -eu
for user in root operator; do
  home=$(getent passwd $user | cut -d: -f6)
  mkdir -p -m 0700 $home/.ssh
  echo '${publicKey}' >$home/.ssh/authorized_keys
  chmod 0600 $home/.ssh/authorized_keys
  chown -R $user: $home/.ssh
done
systemctl start ssh`
}

/** Whether the port accepts a TCP connection within two seconds. */
export async function connects(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2_000 })
    const settle = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => {
      settle(true)
    })
    socket.once('timeout', () => {
      settle(false)
    })
    socket.once('error', () => {
      settle(false)
    })
  })
}
