/** A setting of one control plane. */
export interface ObservedSetting {
  readonly stated: string
  /** The same, with words in place of the control plane's own addresses, which always differ. */
  readonly general: string
}

/**
 * A control plane's settings by name (`kube-apiserver --flag`, a path). All control planes of a cluster
 * should have the same.
 */
export type Observed = Readonly<Record<string, ObservedSetting>>

/** A setting that differs between the control planes of a cluster. */
export interface SettingDifference {
  /** `kube-apiserver --flag`, `kube-apiserver version`, or a path. */
  readonly setting: string
  /** By host: the value there; null if it is not set. */
  readonly values: Readonly<Record<string, string | null>>
}
