import * as z from 'zod'
import { readJson } from './json-answer.ts'
import type { NodeApiserver } from './node-apiserver.ts'

/** What set up a cluster without kubeadm, as far as the cluster shows it. */
export type Distribution = 'k3s' | 'rke2' | 'kops' | 'unknown'

/** The label that kOps gives to control planes (kops pkg/apis/nodelabels). */
const kopsLabel = 'kops.k8s.io/kops-controller-pki'

const Version = z.object({ gitVersion: z.string() })
const Items = z.object({ items: z.array(z.unknown()) })

async function answerOf<Shape extends z.ZodType>(
  apiserver: NodeApiserver,
  path: string,
  shape: Shape,
): Promise<z.output<Shape> | undefined> {
  const { status, body } = await apiserver.ask({
    method: 'GET',
    path,
    headers: { accept: 'application/json' },
  })
  return status === 200 ? readJson(body, shape) : undefined
}

/**
 * Asks a cluster without kubeadm's ConfigMap for its distribution. k3s and RKE2 have it in their version
 * (`v1.33.1+k3s1`, `v1.33.1+rke2r1`), kOps in a label.
 *
 * @throws PlanewrightError `proof` or `host` if the apiserver does not answer.
 */
export async function readDistribution(apiserver: NodeApiserver): Promise<Distribution> {
  const version = (await answerOf(apiserver, '/version', Version))?.gitVersion ?? ''
  if (version.includes('+k3s')) return 'k3s'
  if (version.includes('+rke2')) return 'rke2'
  const path = `/api/v1/nodes?limit=1&labelSelector=${encodeURIComponent(kopsLabel)}`
  const labelled = (await answerOf(apiserver, path, Items))?.items.length ?? 0
  return labelled > 0 ? 'kops' : 'unknown'
}
