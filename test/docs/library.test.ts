import { expect, test } from 'vitest'
import * as library from '../../src/index.ts'
import * as testing from '../../src/testing/index.ts'
import { auditTasks } from '../../tasks/index.ts'
import { codeBlocks, codeSpans, readText, sectionOf, tableRows } from './document.ts'

const text = readText('docs/library.md')
const source = readText('src/index.ts')

test('every value that the library exports is described', () => {
  const words = new Set(text.match(/\w+/g))
  const names = [...Object.keys(library), ...Object.keys(testing)]
  expect(names).toContain('openSession')
  expect(names.filter((name) => !words.has(name))).toEqual([])
})

test('the examples import only what the library exports', () => {
  const imports = codeBlocks(text, 'ts').flatMap((block) => [
    ...block.matchAll(/import \{([^}]+)\} from 'planewright'/g),
  ])
  const names = imports.flatMap(([, list]) => (list ?? '').match(/(?:type )?\w+/g) ?? [])
  expect(names).toContain('defineTask')
  const exported = (name: string) =>
    name.startsWith('type ')
      ? new RegExp(`\\b${name.slice('type '.length)}\\b`).test(source)
      : name in library
  expect(names.filter((name) => !exported(name))).toEqual([])
})

test.each(['apply.ts', 'take-back.ts', 'test-a-task.ts', 'agreed-plan.ts'])(
  '%s is the script that the package tests run, verbatim',
  (script) => {
    expect(codeBlocks(text, 'ts')).toContain(readText(`test/package/consumer/${script}`))
  },
)

test('the script that does the same as apply has at most 15 lines', () => {
  expect(readText('test/package/consumer/apply.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(15)
})

test('every error code is there, with the exit code that the command makes of it', () => {
  const [, union = ''] =
    /export type ErrorCode =\n((?: {2}\| '[a-z-]+'\n)+)/.exec(readText('src/error.ts')) ?? []
  const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code as library.ErrorCode)
  expect(codes).toContain('proof')
  const rows = tableRows(sectionOf(text, '## What happens when something fails?'))
  const told = rows.flatMap(([names, exit]) => codeSpans(names ?? '').map((name) => [name, Number(exit)]))
  const made = (code: library.ErrorCode) =>
    library.exitCodeOfError(new library.PlanewrightError(code, 'what'))
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(codes.map((code) => [code, made(code)])))
})

test('the document names the number of tasks that the command runs', () => {
  expect(text).toContain('The command runs its own four.')
  expect(auditTasks).toHaveLength(4)
})
