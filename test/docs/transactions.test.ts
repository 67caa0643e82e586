import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { guardReasonCodes } from '../../src/reason-code.ts'
import { transactionStates } from '../../src/guard/transaction-status.ts'
import { codeSpans, readText, root, sectionOf, tableRows } from './document.ts'

const text = readText('docs/transactions.md')
const first = (heading: string) =>
  tableRows(sectionOf(text, heading)).map(([cell]) => codeSpans(cell ?? '')[0] ?? '')

test('every state is explained, and no other', () => {
  expect(first('## States').toSorted()).toEqual([...transactionStates].toSorted())
})

test('every code of a reason is explained, and no other', () => {
  expect(first('## Reasons').toSorted()).toEqual([...guardReasonCodes].toSorted())
})

test('every file that the scripts keep on the disk is explained, and no other', () => {
  const scripts = globSync('src/guard/*.sh', { cwd: root }).map((file) => readText(path.normalize(file)))
  const named = (pattern: RegExp) =>
    scripts.flatMap((script) => [...script.matchAll(pattern)].map(([, name]) => name ?? ''))
  const ofRoot = named(/\$root\/([a-z][a-z.]*)/g).filter((name) => !name.endsWith('.new'))
  const reasons = named(/\brecord_reason ([a-z]+) /g).flatMap((name) => [name, `${name}-code`])
  const recorded = [...named(/\brecord ([a-z-]+) (?:['"$]|staged)/g), ...reasons]
  const ofTransaction = [...named(/\$transaction\/([a-z][a-z-]*)/g), ...recorded].map((name) => `ID/${name}`)
  expect(ofTransaction).toContain('ID/failure')
  const wanted = new Set([...ofRoot, ...ofTransaction])
  expect(first('## What is on the disk').toSorted()).toEqual([...wanted].toSorted())
})
