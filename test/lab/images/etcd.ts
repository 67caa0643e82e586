import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { GoProgram } from './go-program.ts'

/** This version works with every Kubernetes minor version that the lab builds. kubeadm 1.37 itself chooses 3.7.0. */
export const ETCD_VERSION = 'v3.7.3'

/** Describes the etcd server. */
export async function describeEtcd(architecture: string): Promise<GoProgram> {
  const mainFile = path.join(import.meta.dirname, 'go', 'etcd', 'main.go')
  return {
    recipe: {
      name: 'etcd',
      ingredients: [ETCD_VERSION],
      files: { 'main.go': await readFile(mainFile, 'utf8') },
    },
    title: `etcd ${ETCD_VERSION}`,
    mainFile,
    target: '.',
    moduleFile: () =>
      Promise.resolve(
        `module planewright.lab/etcd\ngo 1.26.0\nrequire go.etcd.io/etcd/server/v3 ${ETCD_VERSION}\n`,
      ),
    variables: () => Promise.resolve({}),
    architecture,
  }
}

/** Describes pause, the program in the sandbox of a pod. */
export async function describePause(architecture: string): Promise<GoProgram> {
  const mainFile = path.join(import.meta.dirname, 'go', 'pause', 'main.go')
  return {
    recipe: { name: 'pause', ingredients: [], files: { 'main.go': await readFile(mainFile, 'utf8') } },
    title: 'the pause program',
    mainFile,
    target: '.',
    moduleFile: () => Promise.resolve('module planewright.lab/pause\ngo 1.22\n'),
    variables: () => Promise.resolve({}),
    architecture,
  }
}
