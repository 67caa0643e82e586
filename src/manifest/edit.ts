import type { ManifestDifference } from '../difference/manifest-difference.ts'
import { correctAnnotations } from './correct-annotations.ts'
import { correctFlags } from './correct-flags.ts'
import { correctMounts } from './correct-mounts.ts'
import { correctVolumes } from './correct-volumes.ts'
import { Draft } from './draft.ts'
import { patchText } from './patch-text.ts'
import { podOf } from './pod-shape.ts'
import type { PodShape } from './pod-shape.ts'
import { removeOrphans } from './remove-orphans.ts'
import { containerIndex } from './static-pod.ts'
import type { StaticPodEdit } from './static-pod-edit.ts'
import { parseManifest } from './source.ts'
import type { ManifestPlace, YamlSource } from './source.ts'

export type { StaticPodEdit, WantedMount, WantedVolume } from './static-pod-edit.ts'

/** The steps from a manifest to the wanted one, and the differences. */
interface Correction {
  readonly draft: Draft<PodShape>
  readonly differences: readonly ManifestDifference[]
}

/**
 * Makes a static-pod manifest as the edit says. Flags, mounts and volumes that are already there, in another
 * spelling or place, or several times, become one correct entry each. Comments, order, quoting and
 * indentation stay.
 *
 * @returns the same string if nothing has to change; the edit of an edited text changes nothing.
 * @throws PlanewrightError `manifest`: not a Pod with this container, or something that cannot be edited
 * safely (a shell program, an alias in the place to be edited, several documents).
 */
export function editStaticPod(text: string, edit: StaticPodEdit, place: ManifestPlace): string {
  const source = parseManifest(text, place)
  const { draft } = correctionOf(source, edit)
  return draft.patches.reduce(patchText, source).text
}

/**
 * The differences between a manifest and the edit, in the manifest's order of sections; empty if {@link
 * editStaticPod} would change nothing.
 * @throws PlanewrightError `manifest`, as {@link editStaticPod} does.
 */
export function findDifferences(text: string, edit: StaticPodEdit): readonly ManifestDifference[] {
  return correctionOf(parseManifest(text, {}), edit).differences
}

function correctionOf(source: YamlSource, edit: StaticPodEdit): Correction {
  const draft = new Draft(podOf(source))
  const index = containerIndex(draft.value, edit.container, source.where)
  const replaced = new Set<string>()
  return {
    draft,
    differences: [
      ...correctAnnotations(draft, edit.annotations),
      ...correctFlags(draft, index, edit, source.where),
      ...correctVolumes(draft, edit.volumes),
      ...correctMounts(draft, index, edit, replaced),
      ...removeOrphans(draft, replaced, edit),
    ],
  }
}
