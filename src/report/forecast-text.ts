import type { Forecasts } from '../engine/stored/forecast-hosts.ts'
import type { Forecast } from '../kubeadm/forecast.ts'
import type { Style } from './style.ts'
import { visibleLine } from './visible.ts'

function hostText(
  host: string,
  { from, to, lost, gained, changed }: Forecast,
  style: Style,
): readonly string[] {
  const none = lost.length + gained.length + changed.length === 0
  return [
    `${style.bold(visibleLine(host))}  ${visibleLine(`${from ?? 'an unknown version'} → ${to}`)}`,
    ...lost.map((words) => `  ${style.bad('-')} ${visibleLine(words)}`),
    ...gained.map((words) => `  ${style.good('+')} ${visibleLine(words)}`),
    ...changed.map((words) => `  ${style.change('!')} ${visibleLine(words)}`),
    ...(none ? ['  kube-apiserver keeps all its settings'] : []),
  ]
}

/** What apiservers will lose and gain in a kubeadm upgrade, for people; empty without a forecast. */
export function forecastText(forecasts: Forecasts, style: Style): string {
  if (forecasts.size === 0) return ''
  const lines = [...forecasts].flatMap(([host, forecast]) => hostText(host, forecast, style))
  return ['AFTER kubeadm upgrade', ...lines].join('\n')
}
