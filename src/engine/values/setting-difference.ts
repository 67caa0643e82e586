/** A setting that is not the same on all control planes of a cluster. */
export interface SettingDifference {
  /** `kube-apiserver --flag`, `kube-apiserver version`, or a path. */
  readonly setting: string
  /** By host: what stands there; null where it is not set. */
  readonly values: Readonly<Record<string, string | null>>
}
