import { readFileSync } from 'node:fs'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '..', '..')

/** All documents, relative to the root. */
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

/** A file of the checkout, as text. */
export function readText(file: string): string {
  return readFileSync(path.join(root, file), 'utf8')
}

/** What stands under a heading, down to the next one of any level; empty where there is no such heading. */
export function sectionOf(text: string, heading: string): string {
  const after = text.split(`\n${heading}\n`)[1] ?? ''
  return after.split(/\n#+ /)[0] ?? ''
}

/** The fenced blocks of one language, without their fences. */
export function codeBlocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, tag]) => tag === language)
    .map(([, , block]) => block ?? '')
}

/** The cells of every table row, without headings and rules. */
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

/** What stands in backquotes in a cell. */
export function codeSpans(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? '')
}
