import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { runProgram } from '../run-program.ts'
import type { GoProgram } from './go-program.ts'

const mainFile = path.join(import.meta.dirname, 'go', 'kube', 'main.go')

const Download = z.object({ GoMod: z.string(), Info: z.string() })
const Info = z.object({ Time: z.string() })

/** Describes one program with kube-apiserver, kubelet, kubeadm, kubectl and the others. Its file name selects which runs. */
export async function describeKubernetes(version: string, architecture: string): Promise<GoProgram> {
  const download = async (): Promise<z.infer<typeof Download>> =>
    Download.parse(
      JSON.parse(
        await runProgram(
          'go',
          ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`],
          `See that ${version} is a release of Kubernetes, and that the module proxy of \`go env GOPROXY\` has it.`,
        ),
      ),
    )
  return {
    recipe: { name: 'kube', ingredients: [version], files: { 'main.go': await readFile(mainFile, 'utf8') } },
    title: `Kubernetes ${version} (some 7 minutes on 2 cores)`,
    mainFile,
    target: '.',
    moduleFile: async () => renderKubernetesModule(version, await readFile((await download()).GoMod, 'utf8')),
    variables: async () => {
      const info = Info.parse(JSON.parse(await readFile((await download()).Info, 'utf8')))
      return versionVariables(version, info.Time)
    },
    architecture,
  }
}

/**
 * A go.mod for a program that imports Kubernetes' own commands. In Kubernetes' repository the staging modules are folders
 * (`k8s.io/api => ./staging/src/k8s.io/api`). They are published with the version v0.MINOR.PATCH.
 */
export function renderKubernetesModule(version: string, upstream: string): string {
  const published = version.replace(/^v1\./, 'v0.')
  const staging = [...upstream.matchAll(/^\s*(?:replace\s+)?(k8s\.io\/\S+)\s+=>\s+\.\/staging\//gm)]
  const go = /^go \S+$/m.exec(upstream)?.[0] ?? 'go 1.26.0'
  return [
    'module planewright.lab/kube',
    go,
    `require k8s.io/kubernetes ${version}`,
    ...staging.map(([, name]) => `replace ${name ?? ''} => ${name ?? ''} ${published}`),
    '',
  ].join('\n')
}

/** The variables that a release build sets with the linker (hack/lib/version.sh). kubeadm needs its own version. */
export function versionVariables(version: string, buildDate: string): Record<string, string> {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.')
  const values = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitCommit: '0'.repeat(40),
    gitTreeState: 'clean',
    buildDate,
  }
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  return Object.fromEntries(
    packages.flatMap((name) => Object.entries(values).map(([key, value]) => [`${name}.${key}`, value])),
  )
}
