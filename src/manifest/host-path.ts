import { posix } from 'node:path'
import type { StaticPod } from './static-pod.ts'

/** A path in one spelling: no trailing slash, no `//`, no `.` or `..`. */
export function normalizePath(path: string): string {
  const normal = posix.normalize(path)
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal
}

/** The rest of a path below a directory: '' for the directory itself, undefined if the path is outside. */
export function pathBelow(directory: string, path: string): string | undefined {
  const base = normalizePath(directory)
  const inside = normalizePath(path)
  if (inside === base) return ''
  const prefix = base === '/' ? '/' : `${base}/`
  return inside.startsWith(prefix) ? inside.slice(prefix.length) : undefined
}

/**
 * The path on the host for a path inside the container: through the mount with the longest matching
 * `mountPath`, its `subPath`, and its hostPath volume.
 * @returns undefined if the path is relative (or `-`), if no mount covers it, if the volume is not a
 * hostPath, or if the mount has a `subPathExpr`, whose value only the kubelet knows.
 */
export function hostPathOf(pod: StaticPod, containerPath: string): string | undefined {
  if (!containerPath.startsWith('/')) return undefined
  const covering = pod.container.mounts
    .flatMap((mount) => {
      const rest = pathBelow(mount.mountPath, containerPath)
      return rest === undefined ? [] : [{ mount, rest }]
    })
    .toSorted((one, other) => one.rest.length - other.rest.length)[0]
  if (covering === undefined || covering.mount.subPathExpr !== undefined) return undefined
  const { mount, rest } = covering
  const hostPath = pod.volumes.find((volume) => volume.name === mount.name)?.hostPath
  if (hostPath === undefined) return undefined
  return normalizePath(posix.join(hostPath.path, mount.subPath ?? '', rest))
}
