import { expect, test } from 'vitest'
import { guardVariables } from '../../src/engine/session/guard-variables.ts'
import { refuseVariables } from '../../src/inventory/refused-variables.ts'
import { auditClusterTasks, auditTasks } from '../../tasks/index.ts'
import { codeSpans, readText, sectionOf, tableRows } from './document.ts'

const text = readText('docs/variables.md')
const rowsOf = (heading: string) => tableRows(sectionOf(text, heading))

/** The variables in a table. The first cell of a row may name several. */
function namesIn(heading: string): readonly string[] {
  return rowsOf(heading).flatMap(([cell]) => codeSpans(cell ?? ''))
}

/** A value as the table writes it: a text as it is, anything else as JSON. */
function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

test('the table of auditing has exactly the declared variables, with their defaults', () => {
  const declared = Object.assign(
    {},
    ...[...auditTasks, ...auditClusterTasks].map((task) => task.params.parse({})),
  ) as object
  const documented = rowsOf('## Auditing').map(([name, , value]) => [
    codeSpans(name ?? '')[0],
    codeSpans(value ?? '')[0],
  ])
  const expected = Object.entries(declared).map(([name, value]) => [name, written(value)])
  expect(documented.toSorted()).toEqual(expected.toSorted())
})

test('the table of transactions has exactly the declared variables, with their defaults', () => {
  const documented = rowsOf('## Transactions').map(([name, , value]) => [
    codeSpans(name ?? '')[0],
    codeSpans(value ?? '')[0],
  ])
  const expected = Object.entries(guardVariables.params.parse({})).map(([name, value]) => [
    name,
    written(value),
  ])
  expect(documented.toSorted()).toEqual(expected.toSorted())
})

test('every variable has a type and a description', () => {
  for (const [name, type, , what] of [...rowsOf('## Auditing'), ...rowsOf('## Transactions')]) {
    expect(type, name).not.toBe('')
    expect(what, name).not.toBe('')
  }
})

test('every connection variable is named', () => {
  const source = readText('src/inventory/connection-target.ts')
  const read = [...source.matchAll(/find\(host, ([^)]+)\)/g)].flatMap(([, names]) =>
    [...(names ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name ?? ''),
  )
  expect(read).toContain('ansible_host')
  const section = sectionOf(text, '## Connections')
  expect(read.filter((name) => !codeSpans(section).includes(name))).toEqual([])
  expect(namesIn('## Connections').filter((name) => !read.includes(name))).toEqual([])
})

function refusalOf(name: string, value: string): unknown {
  try {
    refuseVariables('cp1', new Map([[name, { value, source: { description: '-e' }, baseDirectory: '/' }]]))
    return undefined
  } catch (error) {
    return error
  }
}

test('the names in the list of refused variables are refused, except the accepted ones', () => {
  for (const [names, accepted] of rowsOf('## Refused variables')) {
    for (const name of codeSpans(names ?? '')) {
      expect(refusalOf(name, 'something-else'), name).toMatchObject({ code: 'variable' })
      for (const value of codeSpans(accepted ?? '')) expect(refusalOf(name, value), name).toBe(undefined)
    }
  }
})

test('every variable that the code refuses is in the list of refused variables', () => {
  const source = readText('src/inventory/refused-variables.ts')
  const refused = [...source.matchAll(/'(ansible_\w+)'/g)].map(([, name]) => name ?? '')
  expect(refused.toSorted()).toEqual(namesIn('## Refused variables').toSorted())
})
