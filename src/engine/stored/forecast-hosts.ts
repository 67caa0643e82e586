import { PlanewrightError } from '../../error.ts'
import { forecast, type Forecast } from '../../kubeadm/forecast.ts'
import { compareReleases, parseRelease } from '../../kubeadm/version.ts'
import type { Plan } from '../plan/plan.ts'
import { readStored } from './stored-configuration.ts'
import type { SurveyedCluster } from './survey-clusters.ts'

/** By host: its apiserver after an upgrade. */
export type Forecasts = ReadonlyMap<string, Forecast>

/** kubeadm neither goes back nor skips a minor release (its version skew policy). */
function checkWay(host: string, from: string | undefined, to: string): void {
  const [present, next] = [parseRelease(from ?? ''), parseRelease(to)]
  if (present === undefined || next === undefined) return
  const isBack = compareReleases(next, present) < 0
  if (!isBack && next.major === present.major && next.minor - present.minor <= 1) return
  throw new PlanewrightError('usage', `kubeadm does not upgrade ${host} to ${to}`, {
    where: { host },
    why: isBack
      ? `${host} already runs ${from ?? ''}`
      : `${host} runs ${from ?? ''}, and kubeadm upgrades only one minor release at a time`,
    remedy: 'Use the next minor release.',
  })
}

/**
 * The apiservers of a plan after a `kubeadm upgrade` to a version. None for clusters that kubeadm did not set
 * up, or whose stored configuration cannot be read. Pure.
 *
 * @param version `v1.37.2`
 * @throws PlanewrightError `usage` for a release that kubeadm would refuse; `manifest`.
 */
export function forecastHosts(plan: Plan, surveyed: readonly SurveyedCluster[], version: string): Forecasts {
  const forecasts = new Map<string, Forecast>()
  for (const { cluster, hosts } of plan.clusters) {
    const stored = surveyed.find((one) => one.cluster === cluster)?.facts?.configuration
    if (stored?.type !== 'stored') continue
    const configuration = readStored(stored.text)
    if (configuration === undefined) continue
    for (const { host, apiserver } of hosts) {
      if (apiserver === undefined) continue
      const told = forecast(apiserver.manifest, configuration, version, { path: apiserver.path })
      checkWay(host, told.from, version)
      forecasts.set(host, told)
    }
  }
  return forecasts
}
