import { expect, test } from 'vitest'
import * as library from '../../src/index.ts'
import { auditTasks } from '../../tasks/index.ts'
import { codeBlocks, readText } from './document.ts'

const text = readText('docs/library.md')
const source = readText('src/index.ts')

test('every value that the library exports is described', () => {
  const words = new Set(text.match(/\w+/g))
  const names = Object.keys(library)
  expect(names).toContain('openSession')
  expect(names.filter((name) => !words.has(name))).toEqual([])
})

test('the examples import what there is', () => {
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

test.each(['apply.ts', 'take-back.ts'])('%s is the script that the package tests run, verbatim', (script) => {
  expect(codeBlocks(text, 'ts')).toContain(readText(`test/package/consumer/${script}`))
})

test('a script that does what apply does has at most 15 lines', () => {
  expect(readText('test/package/consumer/apply.ts').trimEnd().split('\n').length).toBeLessThanOrEqual(15)
})

test('the command runs as many tasks as it says', () => {
  expect(text).toContain('The command runs its own four.')
  expect(auditTasks).toHaveLength(4)
})
