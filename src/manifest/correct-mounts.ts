import type { ManifestDifference } from '../difference/manifest-difference.ts'
import type { Draft, Path } from './draft.ts'
import type { StaticPodEdit, WantedMount } from './static-pod-edit.ts'
import { normalizePath } from './host-path.ts'
import { isLogFileMount } from './log-file-mount.ts'
import type { PodShape, VolumeMountShape } from './pod-shape.ts'

/**
 * Fields of a mount (core/v1 VolumeMount) with which it shows other files, or shows them in another way, than
 * a plain mount. Each has the values that mean the same as an absent field.
 */
const changingFields: Readonly<Record<string, readonly unknown[]>> = {
  subPath: ['', null],
  subPathExpr: ['', null],
  mountPropagation: ['None', null],
  recursiveReadOnly: ['Disabled', null],
}

function isExactly(mount: VolumeMountShape, wanted: WantedMount): boolean {
  return mount.name === wanted.name && normalizePath(mount.mountPath) === normalizePath(wanted.mountPath)
}

/**
 * Makes sure that the container has each wanted mount exactly once. A mount with the same name or the same
 * path counts as the wanted one, and so does a mount of the log file alone (see `isLogFileMount`). The first
 * is corrected in its place, the others are removed. Returns the differences.
 * @param replaced collects the names of the volumes that the corrected or removed mounts had used
 */
export function correctMounts(
  draft: Draft<PodShape>,
  container: number,
  { flags, mounts }: StaticPodEdit,
  replaced: Set<string>,
): ManifestDifference[] {
  const path: Path = ['spec', 'containers', container, 'volumeMounts']
  const current = () => draft.value.spec.containers[container]?.volumeMounts ?? []
  return mounts.flatMap((wanted): ManifestDifference[] => {
    const matches = current().flatMap((mount, index) => {
      const isMatch =
        mount.name === wanted.name ||
        normalizePath(mount.mountPath) === normalizePath(wanted.mountPath) ||
        isLogFileMount(mount.mountPath, wanted, flags, mounts)
      const isTaken = mounts.some((other) => other !== wanted && isExactly(mount, other))
      return isMatch && !isTaken ? [{ mount, index }] : []
    })
    const [first, ...others] = matches
    for (const { mount } of matches) replaced.add(mount.name)
    if (first === undefined) {
      const { name, mountPath, readOnly } = wanted
      draft.insert(path, current().length, { name, mountPath, readOnly })
      return [{ kind: 'mount-missing', mount: wanted.name }]
    }
    const differences = others.map(({ mount }) => superfluous(mount, wanted))
    for (const { index } of others.toReversed()) draft.remove([...path, index])
    return [...correctMount(draft, [...path, first.index], first.mount, wanted), ...differences]
  })
}

function superfluous(mount: VolumeMountShape, wanted: WantedMount): ManifestDifference {
  return mount.name === wanted.name
    ? { kind: 'mount-repeated', mount: wanted.name }
    : { kind: 'mount-beside', mount: wanted.name, other: mount.name, path: mount.mountPath }
}

function correctMount(
  draft: Draft<PodShape>,
  path: Path,
  mount: Readonly<VolumeMountShape>,
  wanted: WantedMount,
): ManifestDifference[] {
  const { name, mountPath } = mount
  const readOnly = mount.readOnly ?? false
  const differences: ManifestDifference[] = []
  if (name !== wanted.name) {
    draft.set([...path, 'name'], wanted.name)
    differences.push({ kind: 'mount-name', mount: wanted.name, is: name })
  }
  if (normalizePath(mountPath) !== normalizePath(wanted.mountPath)) {
    draft.set([...path, 'mountPath'], wanted.mountPath)
    differences.push({ kind: 'mount-path', mount: wanted.name, is: mountPath, should: wanted.mountPath })
  }
  // Absent means false: kubeadm leaves out a false one (core/v1 VolumeMount has `omitempty`), so that is no
  // difference.
  if (readOnly !== wanted.readOnly) {
    draft.set([...path, 'readOnly'], wanted.readOnly)
    differences.push({ kind: 'mount-read-only', mount: wanted.name, is: readOnly })
  }
  for (const [field, harmless] of Object.entries(changingFields)) {
    if (!(field in mount) || harmless.includes(mount[field])) continue
    differences.push({ kind: 'mount-field', mount: wanted.name, field, is: String(mount[field]) })
    draft.remove([...path, field])
  }
  return differences
}
