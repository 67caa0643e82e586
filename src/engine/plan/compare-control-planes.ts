import type { HostPlan } from '../values/host-plan.ts'
import type { ObservedSetting, SettingDifference } from '../values/observed.ts'

/** The settings in which a cluster's control planes differ from each other now. Pure. */
export function compareControlPlanes(
  hosts: readonly Pick<HostPlan, 'host' | 'observed'>[],
): readonly SettingDifference[] {
  const known = hosts.flatMap(({ host, observed }) => (observed === undefined ? [] : [{ host, observed }]))
  const settings = [...new Set(known.flatMap(({ observed }) => Object.keys(observed)))]
  return settings.flatMap((setting) => {
    const found = known.map(({ host, observed }) => ({ host, value: observed[setting] }))
    const kinds = (of: (value: ObservedSetting) => string) =>
      new Set(found.map(({ value }) => (value === undefined ? null : of(value)))).size
    // Equal texts are equal, even if they contain one host's address.
    if (kinds(({ stated }) => stated) === 1 || kinds(({ general }) => general) === 1) return []
    const values = found.map(({ host, value }) => [host, value?.general ?? null] as const)
    return [{ setting, values: Object.fromEntries(values) }]
  })
}
