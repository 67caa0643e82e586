import { expect, test } from 'vitest'
import { lastWords } from '../../src/host/last-words.ts'

const stamp = '2026-11-24T02:49:53.315501Z stderr F '

test.each([
  ['an empty log', [], ''],
  ['a log without errors: its end', ['I1124 one', 'I1124 two'], 'I1124 one\nI1124 two'],
  [
    'a flag that is unknown',
    ['I1124 02:49:33.313652 1 x.go:1] starting', 'Error: unknown flag: --audit-log-everything'],
    'unknown flag: --audit-log-everything',
  ],
  [
    'the command’s own error comes first, and unquoted',
    [
      'E1124 02:49:33.313652 1 options.go:205] The manifest file is empty, ignoring.',
      'E1124 02:49:53.315501 1 run.go:72] "command failed" err="loading audit policy file: unknown level \\"Everything\\""',
    ],
    'loading audit policy file: unknown level "Everything"\nE1124 02:49:33.313652 1 options.go:205] The manifest file is empty, ignoring.',
  ],
  ['a panic', ['goroutine 1', 'panic: runtime error', 'more'], 'panic: runtime error'],
  [
    'errors alone: the last five',
    ['E1 x', ...'123456'.split('').map((n) => `E000${n} it`)],
    'E0002 it\nE0003 it\nE0004 it\nE0005 it\nE0006 it',
  ],
  ['twice the same', ['Error: bad', 'Error: bad'], 'bad'],
])('%s', (_, lines, expected) => {
  expect(lastWords(lines.map((line) => stamp + line).join('\n'))).toBe(expected)
})
