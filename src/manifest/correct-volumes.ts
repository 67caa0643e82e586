import type { ManifestDifference } from '../difference/manifest-difference.ts'
import type { Draft, Path } from './draft.ts'
import type { WantedVolume } from './static-pod-edit.ts'
import { normalizePath } from './host-path.ts'
import { containerLists } from './pod-shape.ts'
import type { PodShape, VolumeShape } from './pod-shape.ts'

const volumesPath: Path = ['spec', 'volumes']

function isSamePath(one: string | null | undefined, other: string): boolean {
  return one != null && normalizePath(one) === normalizePath(other)
}

/** Whether a volume has the name and the path of a wanted one. Then no other wanted volume may take it. */
function isExactly(volume: VolumeShape, wanted: WantedVolume): boolean {
  return volume.name === wanted.name && isSamePath(volume.hostPath?.path, wanted.hostPath.path)
}

/**
 * Makes sure that the pod has each wanted volume exactly once. A volume with the same name or the same host
 * path counts as the wanted one. The first is corrected in its place, the others are removed. Mounts that
 * used the removed ones use the first from then on. Returns the differences.
 */
export function correctVolumes(
  draft: Draft<PodShape>,
  wanted: readonly WantedVolume[],
): ManifestDifference[] {
  return wanted.flatMap((volume): ManifestDifference[] => {
    const taken = (found: VolumeShape) => wanted.some((other) => other !== volume && isExactly(found, other))
    const matches = (draft.value.spec.volumes ?? []).flatMap((found, index) => {
      const isMatch = found.name === volume.name || isSamePath(found.hostPath?.path, volume.hostPath.path)
      return isMatch && !taken(found) ? [{ found, index }] : []
    })
    const [first, ...others] = matches
    if (first === undefined) {
      const { path, type } = volume.hostPath
      const added = { name: volume.name, hostPath: { path, type } }
      draft.insert(volumesPath, draft.value.spec.volumes?.length ?? 0, added)
      return [{ kind: 'volume-missing', volume: volume.name }]
    }
    const differences = others.map(({ found }): ManifestDifference =>
      found.name === volume.name
        ? { kind: 'volume-repeated', volume: volume.name }
        : { kind: 'volume-same-path', volume: volume.name, other: found.name },
    )
    for (const { index } of others.toReversed()) draft.remove([...volumesPath, index])
    differences.unshift(...correctVolume(draft, first.index, volume))
    for (const name of new Set(matches.map(({ found }) => found.name))) {
      differences.push(...renameMounts(draft, name, volume.name))
    }
    return differences
  })
}

function correctVolume(draft: Draft<PodShape>, index: number, wanted: WantedVolume): ManifestDifference[] {
  const path = [...volumesPath, index]
  const volume = draft.value.spec.volumes?.[index]
  if (volume === undefined) return []
  const differences: ManifestDifference[] = []
  const { hostPath } = volume
  const sources = Object.keys(volume).filter(
    (key) => key !== 'name' && key !== 'hostPath' && volume[key] !== null,
  )
  if (hostPath == null || Object.keys(hostPath).length === 0) {
    draft.set([...path, 'hostPath'], { path: wanted.hostPath.path, type: wanted.hostPath.type })
    differences.push({ kind: 'volume-source', volume: wanted.name, is: sources })
  } else {
    if (!isSamePath(hostPath.path, wanted.hostPath.path)) {
      draft.set([...path, 'hostPath', 'path'], wanted.hostPath.path)
      differences.push({
        ...{ kind: 'volume-path', volume: wanted.name },
        ...{ is: hostPath.path ?? null, should: wanted.hostPath.path },
      })
    }
    if ((hostPath.type ?? '') !== wanted.hostPath.type) {
      draft.set([...path, 'hostPath', 'type'], wanted.hostPath.type)
      differences.push({
        ...{ kind: 'volume-type', volume: wanted.name },
        ...{ is: hostPath.type ?? null, should: wanted.hostPath.type },
      })
    }
    if (sources.length > 0) {
      differences.push({ kind: 'volume-more-sources', volume: wanted.name, is: sources })
    }
  }
  for (const key of sources) draft.remove([...path, key])
  if (volume.name !== wanted.name) {
    differences.push({ kind: 'volume-name', volume: wanted.name, is: volume.name })
    draft.set([...path, 'name'], wanted.name)
  }
  return differences
}

/** Makes the mounts of all containers use another volume, which has the same host path. */
function renameMounts(draft: Draft<PodShape>, from: string, to: string): ManifestDifference[] {
  // Two volumes of one name are not a valid Pod. But while one of them is left, its mounts must not move.
  if (from === to || draft.value.spec.volumes?.some((volume) => volume.name === from)) return []
  return containerLists.flatMap((list) =>
    (draft.value.spec[list] ?? []).flatMap((container, index) =>
      (container.volumeMounts ?? []).flatMap((mount, at): ManifestDifference[] => {
        if (mount.name !== from) return []
        draft.set(['spec', list, index, 'volumeMounts', at, 'name'], to)
        return [
          {
            ...{ kind: 'mount-volume', path: mount.mountPath, container: container.name },
            ...{ is: from, should: to },
          },
        ]
      }),
    ),
  )
}
