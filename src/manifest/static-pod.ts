import { PlanewrightError } from '../error.ts'
import type { ErrorPlace } from '../error.ts'
import { podOf } from './pod-shape.ts'
import type { PodShape } from './pod-shape.ts'
import { parseManifest } from './source.ts'
import type { ManifestPlace } from './source.ts'

/** A directory or file in a container. Paths are as in the manifest. */
export interface StaticPodMount {
  /** The volume's name. */
  readonly name: string
  readonly mountPath: string
  readonly readOnly: boolean
  /** The path inside the volume; undefined if the volume's own root is mounted. */
  readonly subPath?: string
  /** The same with variables, which only the kubelet knows. */
  readonly subPathExpr?: string
}

export interface StaticPodVolume {
  readonly name: string
  /** Undefined for a volume of another kind (emptyDir, configMap, …). */
  readonly hostPath?: { readonly path: string; readonly type: string }
}

/** The parts of a static-pod manifest that planewright needs. */
export interface StaticPod {
  /** As in the manifest: the kubelet appends `-<node name>` for the mirror pod. */
  readonly name: string
  /** `default` if the manifest names none, as for the kubelet. */
  readonly namespace: string
  /** Only annotations that are strings; the API knows no others. */
  readonly annotations: Readonly<Record<string, string>>
  readonly container: {
    readonly name: string
    readonly image: string | undefined
    readonly command: readonly string[]
    readonly args: readonly string[]
    readonly mounts: readonly StaticPodMount[]
    /**
     * The user and group that the container runs as. Undefined means the image's own: root for
     * kube-apiserver.
     */
    readonly runAsUser: number | undefined
    readonly runAsGroup: number | undefined
  }
  readonly volumes: readonly StaticPodVolume[]
}

/**
 * Reads the manifest of a static pod.
 * @param container the container's name: `kube-apiserver`
 * @throws PlanewrightError `manifest`: not YAML (with line, column and the parser's words), several
 * documents, not a Pod, a field of the wrong type, no such container.
 */
export function readStaticPod(text: string, container: string, place: ManifestPlace): StaticPod {
  const source = parseManifest(text, place)
  const pod = podOf(source)
  const { metadata, spec } = pod
  const found = spec.containers[containerIndex(pod, container, source.where)]
  const identities = [found?.securityContext, spec.securityContext]
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    annotations: Object.fromEntries(
      Object.entries(metadata.annotations ?? {}).flatMap(([key, value]) =>
        typeof value === 'string' ? [[key, value]] : [],
      ),
    ),
    container: {
      name: container,
      image: found?.image ?? undefined,
      command: found?.command ?? [],
      args: found?.args ?? [],
      mounts: (found?.volumeMounts ?? []).map((mount) => ({
        name: mount.name,
        mountPath: mount.mountPath,
        readOnly: mount.readOnly ?? false,
        ...(mount.subPath ? { subPath: mount.subPath } : {}),
        ...(mount.subPathExpr ? { subPathExpr: mount.subPathExpr } : {}),
      })),
      runAsUser: identities.find((identity) => identity?.runAsUser != null)?.runAsUser ?? undefined,
      runAsGroup: identities.find((identity) => identity?.runAsGroup != null)?.runAsGroup ?? undefined,
    },
    volumes: (spec.volumes ?? []).map(({ name, hostPath }) => ({
      name,
      ...(hostPath?.path ? { hostPath: { path: hostPath.path, type: hostPath.type ?? '' } } : {}),
    })),
  }
}

/**
 * The index of a container in `spec.containers`, by name.
 * @throws PlanewrightError `manifest`: there is none, or several.
 */
export function containerIndex(pod: PodShape, name: string, where: ErrorPlace): number {
  const names = pod.spec.containers.map((container) => container.name)
  const index = names.indexOf(name)
  if (index === -1) {
    throw new PlanewrightError('manifest', `The static pod has no container ${name}`, {
      where,
      why: `Its containers: ${names.join(', ')}.`,
      remedy: `Name the manifest that runs ${name}.`,
    })
  }
  if (names.includes(name, index + 1)) {
    throw new PlanewrightError('manifest', `The static pod has several containers named ${name}`, {
      where,
      why: 'Names of containers are unique in a Pod; the kubelet refuses this one.',
      remedy: 'Remove the one that is not meant, then run again.',
    })
  }
  return index
}
