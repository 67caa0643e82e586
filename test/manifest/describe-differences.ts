import { differenceText } from '../../src/difference/difference.ts'
import { findDifferences, type StaticPodEdit } from '../../src/manifest/edit.ts'

/** The differences between a manifest and the edit, in the words of a plan. */
export function describeDifferences(text: string, edit: StaticPodEdit): readonly string[] {
  return findDifferences(text, edit).map(differenceText)
}
