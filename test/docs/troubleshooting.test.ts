import { globSync } from 'node:fs'
import { expect, test } from 'vitest'
import { adminKubeconfig } from '../../src/apiserver/node-apiserver.ts'
import { codeSpans, readText, root, tableRows } from './document.ts'

/** The source code, with the value of the one constant whose path a message contains. */
const sources = globSync('{src,tasks}/**/*.{ts,sh}', { cwd: root }).map((file) =>
  readText(file).replaceAll('${adminKubeconfig}', adminKubeconfig),
)

/** The fixed parts of a message, between the `…` that stand for names, paths and numbers. */
function fixedParts(message: string): readonly string[] {
  return message
    .split('…')
    .map((part) => part.trim())
    .filter((part) => /\w/.test(part))
}

const messages = tableRows(readText('docs/troubleshooting.md')).flatMap(([cell]) =>
  codeSpans(cell ?? '').slice(0, 1),
)

test('every message is in the code', () => {
  expect(messages.length).toBeGreaterThan(60)
  const missing = messages.filter((message) =>
    fixedParts(message).some((part) => !sources.some((source) => source.includes(part))),
  )
  expect(missing).toEqual([])
})
