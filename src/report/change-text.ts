import type { ChangeReport } from './schema.ts'

function diffLines(change: ChangeReport): readonly string[] {
  if (change.kind !== 'file' && change.kind !== 'removal') return []
  if (change.diff === null) return ['  (a secret: not shown)']
  return change.diff === '' ? [] : [change.diff.replace(/\n$/, '')]
}

/** A report's change in words: its subject and its differences. */
export function changeText(change: ChangeReport): string {
  const about = change.kind === 'restart' ? change.component : change.path
  return [`${change.kind} ${about}`, ...change.differences.map((difference) => `  ${difference}`)].join('\n')
}

/** The same with the diff of a file. */
export function changeWithDiff(change: ChangeReport): string {
  return [changeText(change), ...diffLines(change)].join('\n')
}
