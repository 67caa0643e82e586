import type { ErrorCode } from '../error.ts'

/** The kind of a text: the words and the code of its errors. */
export interface DocumentKind {
  readonly code: ErrorCode
  /** The name at the beginning of a sentence: `The static-pod manifest`. */
  readonly name: string
  /** The `kind` that it must have. */
  readonly kind: string
  /** The program that reads it, within a sentence: `the kubelet`. */
  readonly reader: string
  /** What to do if it is wrong. */
  readonly correct: string
  /** What to do if it is empty. */
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
