import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

import { quote } from '../../src/connection/shell.ts'

test.each([
  ['', "''"],
  ['plain', "'plain'"],
  ["it's", String.raw`'it'\''s'`],
  ["'", String.raw`''\'''`],
  ['$(id) `id` "$HOME"', '\'$(id) `id` "$HOME"\''],
  ['two\nlines', "'two\nlines'"],
])('%j becomes %j', (value, word) => {
  expect(quote(value)).toBe(word)
})

test('the shell of this machine reads back what was quoted', () => {
  const value = String.raw`-n 'a' "b" $(c) \d *?[e] ~ ! # ; & | é 日本 😀` + '\n\t'
  expect(execFileSync('sh', ['-c', `printf %s ${quote(value)}`]).toString()).toBe(value)
})

test.each(['a\0b', 'half \ud83d pair', '\udc00'])('%j cannot be a word of a shell', (value) => {
  expect(() => quote(value)).toThrow(expect.objectContaining({ code: 'usage' }))
})
