import { normalizePath, pathBelow } from './host-path.ts'

/** The path of a wanted mount. */
interface Directory {
  readonly mountPath: string
  readonly readOnly: boolean
}

/**
 * Whether a mount is a single file in the wanted directory that one of the flags names: the log itself. The
 * apiserver cannot rename a file that is a mount, so its log rotation fails (kubernetes/website#30341,
 * kops#2670).
 */
export function isLogFileMount(
  mountPath: string,
  wanted: Directory,
  flags: Readonly<Record<string, string>>,
  mounts: readonly Directory[],
): boolean {
  const path = normalizePath(mountPath)
  if (wanted.readOnly || mounts.some((other) => normalizePath(other.mountPath) === path)) return false
  const isNamed = Object.values(flags).some((value) => value.startsWith('/') && normalizePath(value) === path)
  return isNamed && Boolean(pathBelow(wanted.mountPath, path))
}
