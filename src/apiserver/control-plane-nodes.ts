import * as z from 'zod'
import { PlanewrightError } from '../error.ts'
import type { NodeApiserver } from './node-apiserver.ts'

/** A node that runs a control plane, as the cluster lists it. */
export interface ControlPlaneNode {
  readonly name: string
  /** Its addresses and host names. */
  readonly addresses: readonly string[]
  /** The address at which other machines ask its apiserver. */
  readonly internalAddress: string | undefined
}

/** The label that kubeadm gives to control planes (k/k cmd/kubeadm/app/constants, LabelNodeRoleControlPlane). */
const selector = 'node-role.kubernetes.io/control-plane'

const Nodes = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      }),
    }),
  ),
})

function unlistable(why: string, cause: unknown): PlanewrightError {
  return new PlanewrightError('host', 'the control planes of the cluster cannot be listed', { why, cause })
}

/** A proxy in front of the apiserver may answer with 200 and a page of its own. */
function parseNodes(body: string): z.output<typeof Nodes> {
  try {
    return Nodes.parse(JSON.parse(body))
  } catch (error) {
    throw unlistable(`the answer is not a list of nodes: ${body.trim().slice(0, 100)}`, error)
  }
}

/**
 * Asks an apiserver for the control planes of its cluster.
 *
 * @throws PlanewrightError `proof` or `host` if it does not answer, or answers with something else.
 */
export async function readControlPlaneNodes(apiserver: NodeApiserver): Promise<readonly ControlPlaneNode[]> {
  const path = `/api/v1/nodes?labelSelector=${encodeURIComponent(selector)}`
  const { status, body } = await apiserver.ask({
    method: 'GET',
    path,
    headers: { accept: 'application/json' },
  })
  if (status !== 200) throw unlistable(`HTTP ${status}: ${body.trim().slice(0, 300)}`, undefined)
  return parseNodes(body).items.map(({ metadata, status: { addresses } }) => ({
    name: metadata.name,
    addresses: addresses.map(({ address }) => address),
    internalAddress: addresses.find(({ type }) => type === 'InternalIP')?.address,
  }))
}
