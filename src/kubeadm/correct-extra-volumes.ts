import type { Draft, Path } from '../manifest/draft.ts'
import { normalizePath } from '../manifest/host-path.ts'
import { isLogFileMount } from '../manifest/log-file-mount.ts'
import type { ConfigurationShape, HostPathMountShape } from './configuration-shape.ts'
import { putItem } from './put.ts'
import type { StoredSettings, StoredVolume } from './stored-settings.ts'

const path: readonly string[] = ['apiServer', 'extraVolumes']
const place = path.join('.')

function isSamePath(one: string | null | undefined, other: string): boolean {
  return one != null && normalizePath(one) === normalizePath(other)
}

/**
 * Whether an entry has the name and both paths of a wanted volume. Then no other wanted volume may take it.
 */
function isNamely(volume: HostPathMountShape, wanted: StoredVolume): boolean {
  const { name, hostPath, mountPath } = volume
  return (
    name === wanted.name && isSamePath(hostPath, wanted.hostPath) && isSamePath(mountPath, wanted.mountPath)
  )
}

/** What an entry has in common with the wanted volume, in words; undefined if it has nothing. */
function likeness(
  volume: HostPathMountShape,
  wanted: StoredVolume,
  { flags, volumes }: StoredSettings,
): string | undefined {
  if (volume.name === wanted.name) return 'the same name'
  if (isSamePath(volume.mountPath, wanted.mountPath)) return 'the same mount path'
  if (isSamePath(volume.hostPath, wanted.hostPath)) return 'the same host path'
  if (isLogFileMount(volume.mountPath ?? '', wanted, flags, volumes)) return 'a file'
  return undefined
}

/**
 * Makes sure that `extraVolumes` has each wanted volume exactly once. An entry with the same name, mount path
 * or host path counts as the wanted one, and so does a mount of the log file alone (see `isLogFileMount`).
 * The entry that has the name and both paths, else the first, is corrected in its place; the others are
 * removed.
 *
 * kubeadm takes the last of one name (k/k `cmd/kubeadm/app/phases/controlplane/volumes.go`,
 * AddExtraHostPathMounts). Validation refuses a pod with two mounts at one path
 * (`pkg/apis/core/validation/validation.go`, ValidateVolumeMounts). A second volume of one host path would
 * work, but the edit of a static pod removes it, so kubeadm's manifest would never be right. Returns the
 * differences in words.
 */
export function correctExtraVolumes(
  draft: Draft<ConfigurationShape>,
  settings: StoredSettings,
): readonly string[] {
  const { volumes } = settings
  return volumes.flatMap((wanted) => {
    const current = draft.value.apiServer?.extraVolumes ?? []
    const isTaken = (volume: HostPathMountShape) =>
      volumes.some((other) => other !== wanted && isNamely(volume, other))
    const matches = current.flatMap((volume, index) => {
      const like = isTaken(volume) ? undefined : likeness(volume, wanted, settings)
      return like === undefined ? [] : [{ volume, index, like }]
    })
    const kept = matches.find(({ volume }) => isNamely(volume, wanted)) ?? matches[0]
    if (kept === undefined) {
      putItem(draft, path, asStored(wanted))
      return [`volume ${wanted.name} is missing from ${place}`]
    }
    const others = matches.filter((match) => match !== kept)
    const differences = [
      ...correctVolume(draft, [...path, kept.index], kept.volume, wanted),
      ...others.map(({ volume, like }) => superfluous(volume, wanted, like)),
    ]
    for (const { index } of others.toReversed()) draft.remove([...path, index])
    return differences
  })
}

/**
 * An entry with its keys in kubeadm's order, and without what kubeadm leaves out (v1beta4 types.go,
 * `omitempty`).
 */
function asStored({ hostPath, mountPath, name, pathType, readOnly }: StoredVolume): object {
  return {
    hostPath,
    mountPath,
    name,
    ...(pathType === '' ? {} : { pathType }),
    ...(readOnly ? { readOnly } : {}),
  }
}

function superfluous(volume: HostPathMountShape, wanted: StoredVolume, like: string): string {
  if (volume.name === wanted.name) return `volume ${wanted.name} is in ${place} more than once`
  if (like === 'a file')
    return `volume ${volume.name} in ${place} mounts a file that is already in volume ${wanted.name}`
  return `volume ${volume.name} in ${place} has ${like} as volume ${wanted.name}`
}

type Field = string | boolean | null | undefined

function shown(value: Field): string {
  return value == null || value === '' ? 'not set' : String(value)
}

function correctVolume(
  draft: Draft<ConfigurationShape>,
  at: Path,
  volume: HostPathMountShape,
  wanted: StoredVolume,
): readonly string[] {
  const differences: string[] = []
  const correct = (key: keyof StoredVolume, is: Field, isRight: boolean) => {
    if (isRight) return
    draft.set([...at, key], wanted[key])
    const should = wanted[key] === '' ? 'not be set' : `be ${String(wanted[key])}`
    differences.push(`volume ${wanted.name} in ${place}: ${key} is ${shown(is)}, should ${should}`)
  }
  const { name, hostPath, mountPath, pathType, readOnly } = volume
  correct('name', name, name === wanted.name)
  correct('hostPath', hostPath, isSamePath(hostPath, wanted.hostPath))
  correct('mountPath', mountPath, isSamePath(mountPath, wanted.mountPath))
  correct('pathType', pathType, (pathType ?? '') === wanted.pathType)
  correct('readOnly', readOnly, (readOnly ?? false) === wanted.readOnly)
  return differences
}
