import { readStaticPod } from '../../src/manifest/static-pod.ts'
import { parseFlags } from '../../src/manifest/flags.ts'
import type { LabHost } from '../lab/lab.ts'
import { onNode } from '../support/node.ts'

const path = '/etc/kubernetes/manifests/kube-apiserver.yaml'

/** Reads a node's apiserver manifest: all flags by name, the names of its volumes, its image. */
export async function readPod(host: LabHost) {
  const { container, volumes } = readStaticPod(await onNode(host, `cat ${path}`), 'kube-apiserver', { path })
  const flags: Record<string, string[]> = {}
  for (const { name, value } of parseFlags([...container.command, ...container.args], 0).flags) {
    ;(flags[name] ??= []).push(value)
  }
  return { flags, volumes: volumes.map(({ name }) => name).toSorted(), image: container.image ?? '' }
}
