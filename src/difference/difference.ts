import { manifestDifferenceText, type ManifestDifference } from './manifest-difference.ts'
import { processDifferenceText, type ProcessDifference } from './process-difference.ts'

/** A file or a directory that differs from its desired state. */
export type FileDifference =
  | { readonly kind: 'file-missing' | 'directory-missing' | 'content' }
  | { readonly kind: 'mode'; readonly is: number; readonly should: number }
  /** `uid:gid`, numeric. */
  | { readonly kind: 'owner'; readonly is: string; readonly should: string }

/**
 * What a rollback does.
 *
 * - `rolled-back`: the file gets its old content, mode and owner
 * - `not-there-before`: the file is removed
 * - `ownership-rolled-back`: the directory gets its old mode and owner
 * - `manifest-rolled-back`: the process is restarted with its old manifest
 */
export interface RollbackDifference {
  readonly kind: 'rolled-back' | 'not-there-before' | 'ownership-rolled-back' | 'manifest-rolled-back'
}

/** A difference as a value: a program uses its `kind`, a person reads {@link differenceText}. */
export type Difference = FileDifference | RollbackDifference | ManifestDifference | ProcessDifference

export type DifferenceKind = Difference['kind']

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

/** A difference in words for people. */
export function differenceText(difference: Difference): string {
  switch (difference.kind) {
    case 'file-missing':
      return 'the file is missing'
    case 'directory-missing':
      return 'the directory is missing'
    case 'content':
      return 'the content differs'
    case 'mode':
      return `mode is ${octal(difference.is)}, should be ${octal(difference.should)}`
    case 'owner':
      return `owner is ${difference.is}, should be ${difference.should}`
    case 'rolled-back':
      return 'it goes back'
    case 'not-there-before':
      return 'it was not there'
    case 'ownership-rolled-back':
      return 'its mode or owner goes back'
    case 'manifest-rolled-back':
      return 'its manifest goes back'
    case 'manifest-changes':
    case 'unchanged':
    case 'not-running':
    case 'waits-for-file':
    case 'process-lacks-flag':
    case 'process-repeats-flag':
    case 'process-flag-value':
    case 'process-has-old-directory':
    case 'process-read-lost-file':
    case 'process-read-other-file':
    case 'process-older-than-file':
      return processDifferenceText(difference)
    default:
      return manifestDifferenceText(difference)
  }
}

/** Removes duplicates: several tasks may have found the same difference. */
export function distinctDifferences(differences: readonly Difference[]): readonly Difference[] {
  return [...new Map(differences.map((one) => [differenceText(one), one])).values()]
}
