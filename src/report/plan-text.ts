import { differenceText } from '../difference/difference.ts'
import { causeText } from '../engine/explain/cause.ts'
import type { Causes } from '../engine/explain/explain.ts'
import type { HostOutcome } from '../engine/values/outcome.ts'
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

/** A diff's lines, if diffs are printed; null is a secret's diff. */
export function diffLines(diff: string | null, mode: DiffMode, style: Style): string[] {
  if (mode === 'no-diff') return []
  if (diff === null) return ['    (a secret: not shown)']
  return diff === '' ? [] : [colourDiff(diff, style)]
}

function diffText(change: Change, mode: DiffMode, style: Style): string[] {
  return change.kind === 'file' || change.kind === 'removal' ? diffLines(diffOf(change), mode, style) : []
}

function changeText(change: Change, why: readonly string[], mode: DiffMode, style: Style): string[] {
  const made = change.kind !== 'restart' && change.before === null
  const removed = change.kind === 'removal'
  const sign = made ? style.good('+') : removed ? style.bad('-') : style.change('~')
  const kind = removed ? 'file' : change.kind
  const name = change.kind === 'restart' ? `restart ${change.component}` : `${kind} ${change.path}`
  return [
    `  ${sign} ${visibleLine(name)}  ${style.dim(`[${visibleLine(change.task)}]`)}`,
    ...why.map((words) => `      ${style.dim('cause:')} ${visibleLine(words)}`),
    ...change.differences.map((difference) => `      ${visibleLine(differenceText(difference))}`),
    ...diffText(change, mode, style),
  ]
}

/** The causes of a change, printed at the first change of its path. */
function causesAt(index: number, { host, changes }: HostOutcome, causes: Causes): readonly string[] {
  const path = changes[index]?.path
  if (changes.findIndex((change) => change.path === path) !== index) return []
  return (causes.get(host) ?? []).filter((cause) => cause.path === path).map(causeText)
}

/**
 * The changes of each host, their causes if they are known, and warnings, for people. Empty if there are
 * none.
 */
export function planText(
  outcomes: readonly HostOutcome[],
  causes: Causes,
  mode: DiffMode,
  style: Style,
): string {
  const lines = outcomes.flatMap((outcome) => {
    const { host, changes, warnings } = outcome
    if (changes.length === 0 && warnings.length === 0) return []
    return [
      style.bold(host),
      ...warnings.map((warning) => `  ${style.change('!')} ${visibleLine(warning)}`),
      ...changes.flatMap((change, index) =>
        changeText(change, causesAt(index, outcome, causes), mode, style),
      ),
    ]
  })
  return lines.join('\n')
}
