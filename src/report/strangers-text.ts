import { strangerText, type Stranger } from '../engine/stranger.ts'
import type { Style } from './style.ts'
import { visibleLine } from './visible.ts'

/** A warning about control planes that the inventory lacks; empty where there are none. */
export function strangersText(strangers: readonly Stranger[], style: Style): string {
  if (strangers.length === 0) return ''
  return [
    style.change('warning: control planes that the inventory lacks:'),
    ...strangers.map((stranger) => `  ${visibleLine(strangerText(stranger))}`),
    '  do: add them to the inventory; until then nobody knows whether they audit anything.',
  ].join('\n')
}
