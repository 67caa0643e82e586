import type { ErrorCode } from '../error.ts'

/** What a text is: the words, and the code, of what is said where it is not as it should be. */
export interface DocumentKind {
  readonly code: ErrorCode
  /** As a sentence begins with it: `The static-pod manifest`. */
  readonly name: string
  /** The `kind` that it has to be. */
  readonly kind: string
  /** Who reads it, within a sentence: `the kubelet`. */
  readonly reader: string
  /** What to do where it is wrong. */
  readonly correct: string
  /** What to do where nothing is left of it. */
  readonly restore: string
}

export const staticPodManifest: DocumentKind = {
  code: 'manifest',
  name: 'The static-pod manifest',
  kind: 'Pod',
  reader: 'the kubelet',
  correct:
    'Correct the manifest by hand (a copy that kubeadm made shows how it should look), then run again.',
  restore: 'Restore it, e.g. with: kubeadm init phase control-plane apiserver',
}
