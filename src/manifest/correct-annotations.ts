import type { Draft } from './draft.ts'
import type { PodShape } from './pod-shape.ts'

/** Makes the pod's annotations the wanted ones; returns what was different, in words. */
export function correctAnnotations(
  draft: Draft<PodShape>,
  wanted: Readonly<Record<string, string>>,
): string[] {
  const path = ['metadata', 'annotations']
  return Object.entries(wanted).flatMap(([key, value]) => {
    const annotations = draft.value.metadata.annotations ?? {}
    const current = Object.hasOwn(annotations, key) ? annotations[key] : undefined
    if (current === value) return []
    if (Object.keys(annotations).length === 0) draft.set(path, { [key]: value })
    else draft.set([...path, key], value)
    if (current === undefined) return [`annotation ${key} is missing`]
    // A number or boolean: the API takes only strings, and refuses the whole Pod.
    if (String(current) === value) return [`annotation ${key} is not a string`]
    return [`annotation ${key} is ${String(current)}, should be ${value}`]
  })
}
