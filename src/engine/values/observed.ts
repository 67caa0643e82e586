/** A setting of one control plane. */
export interface ObservedSetting {
  readonly stated: string
  /** The same with the control plane's own addresses replaced by words: they differ by nature. */
  readonly general: string
}

/** What stands on a control plane, by setting (`kube-apiserver --flag`, a path): what its peers should have alike. */
export type Observed = Readonly<Record<string, ObservedSetting>>
