import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { runProgram } from '../run-program.ts'
import type { GoProgram } from './go-program.ts'

/** The newest version that the module proxy has. It uses CRI v1, as every containerd and CRI-O since Kubernetes 1.26. */
const CRICTL_VERSION = 'v1.30.0'
/** The Kubernetes release that it is built with, because its own go.mod names commits that are not published. */
const KUBERNETES = '1.30.14'
const project = 'github.com/kubernetes-sigs/cri-tools'

const Download = z.object({ GoMod: z.string() })

/** Describes crictl, the client for the container runtime, which kubeadm hosts have. */
export async function describeCrictl(architecture: string): Promise<GoProgram> {
  const mainFile = path.join(import.meta.dirname, 'go', 'crictl', 'main.go')
  return {
    recipe: {
      name: 'crictl',
      ingredients: [CRICTL_VERSION, KUBERNETES],
      files: { 'main.go': await readFile(mainFile, 'utf8') },
    },
    title: `crictl ${CRICTL_VERSION}`,
    mainFile,
    target: `${project}/cmd/crictl`,
    moduleFile: async () => {
      const asked = ['mod', 'download', '-json', `sigs.k8s.io/cri-tools@${CRICTL_VERSION}`]
      const remedy = 'See that the module proxy of `go env GOPROXY` can be reached.'
      const { GoMod } = Download.parse(JSON.parse(await runProgram('go', asked, remedy)))
      return renderCrictlModule(await readFile(GoMod, 'utf8'))
    },
    variables: () => Promise.resolve({ [`${project}/pkg/version.Version`]: CRICTL_VERSION.slice(1) }),
    architecture,
  }
}

/**
 * A go.mod for crictl. crictl's module has another name in its own go.mod than sigs.k8s.io/cri-tools, under which it is
 * published. Kubernetes' staging modules are replaced by their published releases.
 */
export function renderCrictlModule(upstream: string): string {
  const staging = [...upstream.matchAll(/^\t(k8s\.io\/\S+) => k8s\.io\/kubernetes\/staging\//gm)]
  return [
    'module planewright.lab/crictl',
    'go 1.26.0',
    `require ${project} ${CRICTL_VERSION}`,
    `replace ${project} => sigs.k8s.io/cri-tools ${CRICTL_VERSION}`,
    `replace k8s.io/kubernetes => k8s.io/kubernetes v${KUBERNETES}`,
    ...staging.map(([, name = '']) => `replace ${name} => ${name} v${KUBERNETES.replace('1.', '0.')}`),
    '',
  ].join('\n')
}
