import type { ManifestDifference } from '../difference/manifest-difference.ts'
import type { Draft } from './draft.ts'
import type { StaticPodEdit } from './static-pod-edit.ts'
import { containerLists } from './pod-shape.ts'
import type { PodShape } from './pod-shape.ts'

/**
 * Removes the volumes that only replaced mounts had used. Volumes that nothing used before stay. Returns what
 * was removed.
 * @param replaced names of the volumes that replaced mounts had used
 */
export function removeOrphans(
  draft: Draft<PodShape>,
  replaced: ReadonlySet<string>,
  { volumes, mounts }: StaticPodEdit,
): ManifestDifference[] {
  const used = new Set([
    ...[...volumes, ...mounts].map(({ name }) => name),
    ...containerLists.flatMap((list) =>
      (draft.value.spec[list] ?? []).flatMap((container) =>
        (container.volumeMounts ?? []).map(({ name }) => name),
      ),
    ),
  ])
  const orphans = (draft.value.spec.volumes ?? []).flatMap(({ name }, index) =>
    replaced.has(name) && !used.has(name) ? [{ name, index }] : [],
  )
  for (const { index } of orphans.toReversed()) draft.remove(['spec', 'volumes', index])
  return orphans.map(({ name }) => ({ kind: 'volume-unused', volume: name }))
}
