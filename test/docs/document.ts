import { readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '..', '..')

/** The paths of all documents, relative to the root. */
export const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'docs/comparison.md',
  'docs/continuous.md',
  'docs/design.md',
  'docs/json.md',
  'docs/lab.md',
  'docs/library.md',
  'docs/quick-start.md',
  'docs/reports.md',
  'docs/security.md',
  'docs/support.md',
  'docs/transactions.md',
  'docs/troubleshooting.md',
  'docs/upgrades.md',
  'docs/variables.md',
] as const

/** Reads a file of the checkout as text. */
export function readText(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

/** The text below a heading, down to the next heading of any level. Empty if there is no such heading. */
export function sectionOf(text: string, heading: string): string {
  const after = text.split(`\n${heading}\n`)[1] ?? ''
  return after.split(/\n#+ /)[0] ?? ''
}

/** The contents of the fenced blocks of one language. */
export function codeBlocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, tag]) => tag === language)
    .map(([, , block]) => block ?? '')
}

/** The cells of every table row, without the rows of headings and dashes. */
export function tableRows(text: string): readonly (readonly string[])[] {
  const lines = text.split('\n')
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1] ?? ''))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

function isRule(line: string): boolean {
  return /^\|(?: *-+ *\|)+$/.test(line)
}

/** The texts in backquotes in a cell. */
export function codeSpans(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? '')
}
