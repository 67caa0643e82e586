import type { ManifestDifference } from '../difference/manifest-difference.ts'
import type { Draft } from './draft.ts'
import type { PodShape } from './pod-shape.ts'

/** Gives the pod the wanted annotations; returns the differences. */
export function correctAnnotations(
  draft: Draft<PodShape>,
  wanted: Readonly<Record<string, string>>,
): ManifestDifference[] {
  const path = ['metadata', 'annotations']
  return Object.entries(wanted).flatMap(([key, value]): ManifestDifference[] => {
    const annotations = draft.value.metadata.annotations ?? {}
    const current = Object.hasOwn(annotations, key) ? annotations[key] : undefined
    if (current === value) return []
    if (Object.keys(annotations).length === 0) draft.set(path, { [key]: value })
    else draft.set([...path, key], value)
    if (current === undefined) return [{ kind: 'annotation-missing', annotation: key }]
    // A number or boolean: the API accepts only strings, and refuses the whole Pod.
    if (String(current) === value) return [{ kind: 'annotation-not-string', annotation: key }]
    return [{ kind: 'annotation-value', annotation: key, is: String(current), should: value }]
  })
}
