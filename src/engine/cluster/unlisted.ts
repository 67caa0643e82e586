import type { ControlPlaneNode } from '../../apiserver/control-plane-nodes.ts'
import type { PlanewrightError } from '../../error.ts'
import { etcdAddress } from '../../etcd/etcd-address.ts'
import type { EtcdMember } from '../../etcd/quorum.ts'

/** A control plane that a cluster has and the inventory lacks. */
export interface UnlistedControlPlane {
  /** sha256 of the cluster's CA certificate. */
  readonly cluster: string
  readonly name: string
  readonly addresses: readonly string[]
  /** `node`: it has the label for control planes. `etcd`: it is a member of the cluster's etcd. */
  readonly knownBy: readonly ('node' | 'etcd')[]
}

/**
 * A failed lookup. Because of it, an unlisted control plane may be missed, or one that is reported may be in
 * the inventory after all.
 */
export interface FailedLookup {
  /** The hosts of the cluster, by their names in the inventory. */
  readonly hosts: readonly string[]
  /** What could not be asked, and why. */
  readonly error: PlanewrightError
}

/** The control planes that the inventory lacks, as far as they are known. */
export interface UnlistedControlPlanes {
  readonly found: readonly UnlistedControlPlane[]
  readonly failedLookups: readonly FailedLookup[]
}

/** For verbs that do not look for them. */
export const noUnlisted: UnlistedControlPlanes = { found: [], failedLookups: [] }

/** A host of the inventory, with all its known addresses. */
export interface NamedHost {
  readonly name: string
  readonly addresses: readonly string[]
}

/** Whether a cluster's node is this host of the inventory, by name or by address. */
export function isNodeOf(node: NamedHost, host: NamedHost): boolean {
  const told = [node.name, ...node.addresses]
  return [host.name, ...host.addresses].some((word) => told.includes(word))
}

function addressOf(url: string): readonly string[] {
  try {
    return [etcdAddress(url).address]
  } catch {
    return []
  }
}

/** A member that kubeadm made has its node's name, and its node's address in its URLs. */
function asHost({ name, clientURLs, peerURLs }: EtcdMember): NamedHost {
  const addresses = [...new Set([...clientURLs, ...peerURLs].flatMap(addressOf))]
  return { name: name === '' ? (addresses[0] ?? 'a member without a name') : name, addresses }
}

/**
 * The control planes that a cluster has and that are no host of the inventory.
 *
 * An etcd member is a control plane if etcd runs on the control planes. If no member is on any of them, by
 * name or by address, etcd is external (kubeadm's word), and its members are not counted.
 */
export function unlistedOf(
  cluster: string,
  nodes: readonly ControlPlaneNode[],
  members: readonly EtcdMember[],
  hosts: readonly NamedHost[],
): readonly UnlistedControlPlane[] {
  const isKnown = (one: NamedHost) => hosts.some((host) => isNodeOf(one, host))
  const machines = members.map(asHost)
  const isStacked = machines.some((one) => isKnown(one) || nodes.some((node) => isNodeOf(one, node)))
  const homes = isStacked ? machines : []
  const strange = nodes.filter((node) => !isKnown(node))
  const byNode = strange.map(({ name, addresses }): UnlistedControlPlane => {
    const isMember = homes.some((one) => isNodeOf(one, { name, addresses }))
    return { cluster, name, addresses, knownBy: isMember ? ['node', 'etcd'] : ['node'] }
  })
  const alone = homes.filter((one) => !isKnown(one) && !nodes.some((node) => isNodeOf(one, node)))
  return [
    ...byNode,
    ...alone.map(({ name, addresses }): UnlistedControlPlane => ({
      cluster,
      name,
      addresses,
      knownBy: ['etcd'],
    })),
  ]
}

const evidence = {
  node: 'a node with the control-plane label',
  etcd: 'a member of the etcd cluster',
} as const

/** An unlisted control plane in words. */
export function unlistedLine({ name, addresses, knownBy }: UnlistedControlPlane): string {
  const where = addresses.filter((address) => address !== name).join(', ')
  return `${name}${where === '' ? '' : ` (${where})`}: ${knownBy.map((word) => evidence[word]).join(', and ')}`
}
