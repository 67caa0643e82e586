import type { HostPlan } from './host-plan.ts'

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
    const values = known.map(({ host, observed }) => [host, observed[setting] ?? null] as const)
    const isAlike = new Set(values.map(([, value]) => value)).size === 1
    return isAlike ? [] : [{ setting, values: Object.fromEntries(values) }]
  })
}
