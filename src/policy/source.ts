/** A point in the text; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** The content of a policy file as kube-apiserver's parser reads it, with the place of each part. */
export type SourceNode = SourceMap | SourceList | SourceScalar

export interface SourceMap {
  readonly kind: 'map'
  readonly place: Place
  /** In the order of the text, with repeated keys; merged entries are in the place of their `<<`. */
  readonly entries: readonly SourceEntry[]
}

export interface SourceEntry {
  readonly key: string
  readonly place: Place
  readonly value: SourceNode
  /** Whether a merge key (`<<`) added it. */
  readonly merged: boolean
}

export interface SourceList {
  readonly kind: 'list'
  readonly place: Place
  readonly items: readonly SourceNode[]
}

export type SourceScalar =
  | { readonly kind: 'string'; readonly place: Place; readonly value: string }
  | { readonly kind: 'boolean'; readonly place: Place; readonly value: boolean; readonly text: string }
  | { readonly kind: 'number'; readonly place: Place; readonly text: string }
  | { readonly kind: 'null'; readonly place: Place }
