import { formatSeconds } from '../lab/progress.ts'

/** A file that has ended. Times are in milliseconds since the start of the run. */
export interface EndedFile {
  readonly project: string
  readonly path: string
  readonly tests: number
  readonly began: number
  readonly ended: number
}

/** How many files the list shows. */
const SLOWEST = 10

function secondsOf({ began, ended }: EndedFile): number {
  return ended - began
}

/** `1 file`, `2 files`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** The files that took longest, one on each line. */
export function slowestText(files: readonly EndedFile[]): string {
  const slowest = files.toSorted((one, other) => secondsOf(other) - secondsOf(one)).slice(0, SLOWEST)
  const times = slowest.map((file) => formatSeconds(secondsOf(file)))
  const width = Math.max(...times.map((time) => time.length))
  return slowest.map((file, index) => `  ${(times[index] ?? '').padStart(width)}  ${file.path}`).join('\n')
}

/**
 * The time of each project, from the start of its first file to the end of its last one, and the sum over its files. The sum
 * is larger if several files run at once.
 */
export function projectsText(files: readonly EndedFile[]): string {
  const rows = [...Map.groupBy(files, ({ project }) => project)].map(([project, some]) => [
    project,
    counted(some.length, 'file'),
    counted(
      some.reduce((sum, { tests }) => sum + tests, 0),
      'test',
    ),
    formatSeconds(Math.max(...some.map(({ ended }) => ended)) - Math.min(...some.map(({ began }) => began))),
    `(files together ${formatSeconds(some.reduce((sum, file) => sum + secondsOf(file), 0))})`,
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  return rows
    .map(
      ([project = '', ...cells]) =>
        `  ${project.padEnd(widths[0] ?? 0)}  ${cells.map((cell, index) => cell.padStart(widths[index + 1] ?? 0)).join('  ')}`,
    )
    .join('\n')
}
