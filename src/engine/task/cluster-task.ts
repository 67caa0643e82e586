import type * as z from 'zod'
import { checkTaskName } from './check-definition.ts'

/** Flags and volumes that kubeadm gives to kube-apiserver whenever it writes a new manifest. */
export interface DesiredStoredConfiguration {
  readonly desired: 'stored-configuration'
  /** Without leading dashes. */
  readonly flags: Readonly<Record<string, string>>
  /** Each is one volume and its mount. */
  readonly volumes: readonly StoredVolume[]
  /** Whether a stored configuration that differs is corrected, or only reported. */
  readonly ifDifferent: 'correct' | 'warn'
}

/** A path on every control plane, and where the container sees it: kubeadm's HostPathMount. */
export interface StoredVolume {
  readonly name: string
  readonly hostPath: string
  readonly mountPath: string
  readonly readOnly: boolean
  /** One of the API's hostPath types. */
  readonly pathType: string
}

/** What a cluster task says should be true. */
export type ClusterDesired = DesiredStoredConfiguration

export interface ClusterTaskDefinition<Shape extends z.ZodObject> {
  /** The task's name in reports. */
  readonly name: string
  /** The variables that the task declares. All control planes of a cluster must have the same values. */
  readonly params: Shape
  /** What should be true of the cluster. Pure. */
  readonly plan: (context: { readonly params: z.output<Shape> }) => readonly ClusterDesired[]
}

/** A task for clusters. Only its own definition knows its types. */
export interface ClusterTask {
  readonly name: string
  readonly params: z.ZodObject
  plan(context: { readonly params: unknown }): readonly ClusterDesired[]
}

/**
 * Makes a task for clusters from its definition. It is planned once for each cluster, and performed after the
 * proofs of all control planes.
 */
export function defineClusterTask<Shape extends z.ZodObject>(
  definition: ClusterTaskDefinition<Shape>,
): ClusterTask {
  checkTaskName(definition.name)
  return {
    name: definition.name,
    params: definition.params,
    // The engine gives a task only the values that the task's own `params` parsed.
    plan: ({ params }) => definition.plan({ params: params as z.output<Shape> }),
  }
}

/** Flags and volumes that `kubeadm upgrade` and `kubeadm join` should give to kube-apiserver. */
export function storedConfiguration(
  options: Omit<DesiredStoredConfiguration, 'desired'>,
): DesiredStoredConfiguration {
  return { desired: 'stored-configuration', ...options }
}
