import { unlistedLine, type UnlistedControlPlanes } from '../engine/cluster/unlisted.ts'
import { formatWarning } from './error-text.ts'
import type { Style } from './style.ts'
import { visibleLine } from './visible.ts'

/**
 * A warning about control planes that the inventory lacks, or may lack; empty if all is known and none is
 * missing.
 */
export function unlistedText({ found, failedLookups }: UnlistedControlPlanes, style: Style): string {
  const lacked = [
    style.change('warning: control planes that the inventory lacks:'),
    ...found.map((unlisted) => `  ${visibleLine(unlistedLine(unlisted))}`),
    '  do: add them to the inventory. planewright cannot tell whether they audit anything.',
  ]
  const unknown = failedLookups.map(({ hosts, error }) =>
    formatWarning(hosts[0] === undefined ? error : error.at({ host: hosts[0] }), style),
  )
  return [...(found.length === 0 ? [] : lacked), ...unknown].join('\n')
}
