/** A setting of one control plane. */
export interface ObservedSetting {
  readonly stated: string
  /** The same with the control plane's own addresses replaced by words: they differ by nature. */
  readonly general: string
}

/** What stands on a control plane, by setting (`kube-apiserver --flag`, a path): what its peers should have alike. */
export type Observed = Readonly<Record<string, ObservedSetting>>

/** A setting that is not the same on all control planes of a cluster. */
export interface SettingDifference {
  /** `kube-apiserver --flag`, `kube-apiserver version`, or a path. */
  readonly setting: string
  /** By host: what stands there; null where it is not set. */
  readonly values: Readonly<Record<string, string | null>>
}
