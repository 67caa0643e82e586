import type { HostPlan } from './host-plan.ts'
import type { ObservedSetting } from './observe.ts'

/** A setting that is not the same on all control planes of a cluster. */
export interface SettingDifference {
  /** `kube-apiserver --flag`, `kube-apiserver version`, or a path. */
  readonly setting: string
  /** By host: what stands there; null where it is not set. */
  readonly values: Readonly<Record<string, string | null>>
}

/** The settings in which the control planes of one cluster differ from each other, as they stand now. Pure. */
export function compareControlPlanes(
  hosts: readonly Pick<HostPlan, 'host' | 'observed'>[],
): readonly SettingDifference[] {
  const known = hosts.flatMap(({ host, observed }) => (observed === undefined ? [] : [{ host, observed }]))
  const settings = [...new Set(known.flatMap(({ observed }) => Object.keys(observed)))]
  return settings.flatMap((setting) => {
    const found = known.map(({ host, observed }) => ({ host, value: observed[setting] }))
    const kinds = (of: (value: ObservedSetting) => string) =>
      new Set(found.map(({ value }) => (value === undefined ? null : of(value)))).size
    // The very same text is alike, whosever address is in it.
    if (kinds(({ stated }) => stated) === 1 || kinds(({ general }) => general) === 1) return []
    const values = found.map(({ host, value }) => [host, value?.general ?? null] as const)
    return [{ setting, values: Object.fromEntries(values) }]
  })
}
