import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { adminKubeconfig } from '../../src/apiserver/node-apiserver.ts'
import { codeSpans, readText, root, tableRows } from './document.ts'

/** The code, with the one path that a message has from a constant. */
const sources = globSync('{src,tasks}/**/*.{ts,sh}', { cwd: root }).map((file) =>
  readText(file).replaceAll('${adminKubeconfig}', adminKubeconfig),
)

/** What stands in a message between its `…`, which are names, paths and numbers. */
function fixedParts(message: string): readonly string[] {
  return message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => /\w/.test(part))
}

const messages = tableRows(readText('docs/troubleshooting.md')).flatMap(([cell]) =>
  codeSpans(cell ?? '').slice(0, 1),
)

test('every message is one that the code has', () => {
  expect(messages.length).toBeGreaterThan(60)
  const missing = messages.filter((message) =>
    fixedParts(message).some((part) => !sources.some((source) => source.includes(part))),
  )
  expect(missing).toEqual([])
})
