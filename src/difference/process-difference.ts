/** A process that does not match its manifest and files, or soon will not. */
export type ProcessDifference =
  /** A restart that follows from a change of the manifest. */
  | { readonly kind: 'manifest-changes' }
  /** The manifest is right. It is part of a transaction only for its undo. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'not-running'; readonly component: string }
  /** The kubelet cannot start the pod until this file is there. */
  | { readonly kind: 'waits-for-file'; readonly path: string }
  /** Flags are without their dashes. */
  | { readonly kind: 'process-lacks-flag'; readonly flag: string }
  | { readonly kind: 'process-repeats-flag'; readonly flag: string; readonly times: number }
  | {
      readonly kind: 'process-flag-value'
      readonly flag: string
      readonly is: string
      readonly should: string
    }
  /** It has another directory open than the one on the host now. */
  | { readonly kind: 'process-has-old-directory'; readonly path: string }
  /** The file is missing, so it is unknown what the process has read. */
  | { readonly kind: 'process-read-lost-file'; readonly path: string }
  | { readonly kind: 'process-read-other-file'; readonly path: string }
  | { readonly kind: 'process-older-than-file'; readonly path: string }

/** A process' difference in words for people. */
export function processDifferenceText(difference: ProcessDifference): string {
  switch (difference.kind) {
    case 'manifest-changes':
      return 'its manifest changes'
    case 'unchanged':
      return 'it stays as it is'
    case 'not-running':
      return `${difference.component} is not running`
    case 'waits-for-file':
      return `it waits for ${difference.path}`
    case 'process-lacks-flag':
      return `the running process has no --${difference.flag}`
    case 'process-repeats-flag':
      return `the running process has --${difference.flag} ${difference.times} times`
    case 'process-flag-value':
      return `the running process has --${difference.flag}=${difference.is}, should have ${difference.should}`
    case 'process-has-old-directory':
      return `the running process has another ${difference.path} open than the host has now`
    case 'process-read-lost-file':
      return `${difference.path} is missing, and nothing tells what the running process read`
    case 'process-read-other-file':
      return `the running process read a ${difference.path} that it should not have read`
    case 'process-older-than-file':
      return `${difference.path} is newer than the running process, which read it when it started`
  }
}
