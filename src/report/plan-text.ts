import type { HostOutcome } from '../engine/outcome.ts'
import type { Change } from '../host/change.ts'
import { diffOf } from './diff.ts'
import type { Style } from './style.ts'
import { visible, visibleLine } from './visible.ts'

/** Whether diffs are printed. */
export type DiffMode = 'diff' | 'no-diff'

function colourDiff(diff: string, style: Style): string {
  const colour = (line: string) => {
    if (line.startsWith('+')) return style.good(line)
    if (line.startsWith('-')) return style.bad(line)
    return line.startsWith('@@') ? style.dim(line) : line
  }
  return visible(diff)
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `    ${colour(line)}`)
    .join('\n')
}

function diffText(change: Change, mode: DiffMode, style: Style): string[] {
  if (mode === 'no-diff' || (change.kind !== 'file' && change.kind !== 'removal')) return []
  const diff = diffOf(change)
  if (diff === null) return ['    (a secret: not shown)']
  return diff === '' ? [] : [colourDiff(diff, style)]
}

function changeText(change: Change, mode: DiffMode, style: Style): string[] {
  const made = change.kind !== 'restart' && change.before === null
  const removed = change.kind === 'removal'
  const sign = made ? style.good('+') : removed ? style.bad('-') : style.change('~')
  const kind = removed ? 'file' : change.kind
  const name = change.kind === 'restart' ? `restart ${change.component}` : `${kind} ${change.path}`
  return [
    `  ${sign} ${visibleLine(name)}  ${style.dim(`[${visibleLine(change.task)}]`)}`,
    ...change.differences.map((difference) => `      ${visibleLine(difference)}`),
    ...diffText(change, mode, style),
  ]
}

/** What is to be done on each host, and what is worth a warning, for eyes. Empty where nothing is. */
export function planText(outcomes: readonly HostOutcome[], mode: DiffMode, style: Style): string {
  const lines = outcomes.flatMap(({ host, changes, warnings }) => {
    if (changes.length === 0 && warnings.length === 0) return []
    return [
      style.bold(host),
      ...warnings.map((warning) => `  ${style.change('!')} ${visibleLine(warning)}`),
      ...changes.flatMap((change) => changeText(change, mode, style)),
    ]
  })
  return lines.join('\n')
}
