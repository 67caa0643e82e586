import type * as z from 'zod'
import { checkTaskName } from './check-definition.ts'

/** Flags and volumes that kubeadm gives to kube-apiserver whenever it writes the manifest anew. */
export interface DesiredStoredConfiguration {
  readonly desired: 'stored-configuration'
  /** Without leading dashes. */
  readonly flags: Readonly<Record<string, string>>
  /** Each is one volume and its mount. */
  readonly volumes: readonly StoredVolume[]
  /** Whether the stored configuration is corrected, or only told of. */
  readonly ifDifferent: 'correct' | 'warn'
}

/** A path on every control plane and where its container sees it: kubeadm's HostPathMount. */
export interface StoredVolume {
  readonly name: string
  readonly hostPath: string
  readonly mountPath: string
  readonly readOnly: boolean
  /** One of the API's hostPath types. */
  readonly pathType: string
}

/** What a task for a cluster says should be true of it. */
export type ClusterDesired = DesiredStoredConfiguration

export interface ClusterTaskDefinition<Shape extends z.ZodObject> {
  /** What the reports call it. */
  readonly name: string
  /** The variables that the task declares; they have to be the same on all control planes of a cluster. */
  readonly params: Shape
  /** What should be true of the cluster. Pure. */
  readonly plan: (context: { readonly params: z.output<Shape> }) => readonly ClusterDesired[]
}

/** A task for a cluster, whose types only its own definition knows. */
export interface ClusterTask {
  readonly name: string
  readonly params: z.ZodObject
  plan(context: { readonly params: unknown }): readonly ClusterDesired[]
}

/**
 * Makes a task for clusters of its definition: it is planned once a cluster, and performed after the proofs of all
 * control planes.
 */
export function defineClusterTask<Shape extends z.ZodObject>(
  definition: ClusterTaskDefinition<Shape>,
): ClusterTask {
  checkTaskName(definition.name)
  return {
    name: definition.name,
    params: definition.params,
    // The engine hands a task only what that task's own `params` parsed.
    plan: ({ params }) => definition.plan({ params: params as z.output<Shape> }),
  }
}

/** Flags and volumes that a `kubeadm upgrade` and a `kubeadm join` should give to kube-apiserver. */
export function storedConfiguration(
  options: Omit<DesiredStoredConfiguration, 'desired'>,
): DesiredStoredConfiguration {
  return { desired: 'stored-configuration', ...options }
}
