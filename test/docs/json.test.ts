import { describe, expect, test } from 'vitest'
import { History, Report, z } from '../../src/index.ts'
import { exitCodes } from '../../src/exit-codes.ts'
import { guardReasonCodes, reasonCodes } from '../../src/reason-code.ts'
import { codeBlocks, codeSpans, readText, sectionOf, tableRows } from './document.ts'

const text = readText('docs/json.md')

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly enum?: readonly string[]
  readonly const?: string
}

/** The schemas of a value: the members of a union, or else the schema itself. */
function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const members = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
  return members.length === 0 ? [schema] : members.flatMap(alternatives)
}

/** The schema of a property. If several alternatives have the property, it is the schema of one of them. */
function property(schema: JsonSchema, name: string): JsonSchema {
  const [first, ...others] = alternatives(schema).flatMap((one) => one.properties?.[name] ?? [])
  if (first === undefined) throw new Error(`the schema has no ${name}`)
  return others.length === 0 ? first : { anyOf: [first, ...others] }
}

/** All property names of an object, and of those objects in it that have no section of their own. */
function names(schema: JsonSchema, inlined: readonly string[]): readonly string[] {
  const own = alternatives(schema).flatMap((one) => Object.keys(one.properties ?? {}))
  const inner = inlined.flatMap((name) => names(property(schema, name), []))
  return [...new Set([...own, ...inner])]
}

// As plain JSON, because zod's own type of a schema allows far more than this schema uses.
const report = JSON.parse(JSON.stringify(z.toJSONSchema(Report))) as JsonSchema
const host = property(report, 'hosts').items ?? {}
const change = property(host, 'changes').items ?? {}
const unlisted = property(report, 'unlistedControlPlanes').items ?? {}
const failedLookup = property(report, 'failedLookups').items ?? {}
const history = JSON.parse(JSON.stringify(z.toJSONSchema(History))) as JsonSchema
const kept = property(history, 'hosts').items ?? {}
const transaction = property(kept, 'transactions').items ?? {}
const kind = property(transaction, 'changes').items ?? {}

function described(heading: string): readonly string[] {
  return codeSpans(sectionOf(text, heading))
}

describe('every property is described', () => {
  test.each([
    ['## The run', names(report, [])],
    ['## A host', names(host, [])],
    ['## An unlisted control plane', names(unlisted, [])],
    ['## A change', names(change, ['before', 'after'])],
    ['## A proof', names(property(host, 'proof'), [])],
    ['## A history', names(history, [])],
    ['## A history', names(kept, [])],
    ['## A history', [...names(transaction, []), ...names(kind, [])]],
    ['## An error', names(property(host, 'error'), ['where'])],
  ])('%s', (heading, wanted) => {
    expect(wanted.length).toBeGreaterThan(3)
    expect(wanted.filter((name) => !described(heading).includes(name))).toEqual([])
  })
})

test('every property of a failed lookup is described', () => {
  expect(names(failedLookup, [])).toEqual(['hosts', 'error'])
  expect(described('## A failed lookup')).toEqual(['hosts', 'error'])
})

test('every row describes a property that exists', () => {
  const reported = [
    report,
    host,
    unlisted,
    failedLookup,
    change,
    property(host, 'proof'),
    property(host, 'error'),
  ]
  const known = [...reported, history, kept, transaction]
  const all = new Set(
    known.flatMap((schema) => names(schema, [])).concat(names(property(change, 'after'), [])),
  )
  const headings = ['## The run', '## An unlisted control plane', '## A change', '## A proof', '## A history']
  const rows = headings.flatMap((heading) => tableRows(sectionOf(text, heading)))
  expect(rows.flatMap(([cell]) => codeSpans(cell ?? '')).filter((name) => !all.has(name))).toEqual([])
})

test('every status and every kind of change is explained', () => {
  const statuses = property(host, 'status').enum ?? []
  expect(statuses).toContain('ok')
  const explained = tableRows(sectionOf(text, '## A host')).map(([cell]) => codeSpans(cell ?? '')[0])
  expect(statuses.filter((status) => !explained.includes(status))).toEqual([])
  const kinds = alternatives(property(change, 'kind')).map((one) => one.const)
  expect(kinds).toEqual(['directory', 'file', 'removal', 'restart'])
  for (const kind of kinds) expect(described('## A change')).toContain(kind)
})

test('every code of an error is explained, and no other', () => {
  const union = /export type ErrorCode =\n((?: {2}\| '[\w-]+'\n)+)/.exec(readText('src/error.ts'))?.[1] ?? ''
  const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code]) => code ?? '')
  expect(codes).toContain('internal')
  const [rows = ''] =
    sectionOf(text, '## An error')
      .split(/\| `code` +\| meaning +\|/)[1]
      ?.split('\n\n') ?? []
  const explained = rows.split('\n').flatMap((line) => codeSpans(line.split('|')[1] ?? ''))
  expect(explained.toSorted()).toEqual(codes.toSorted())
})

test('every reason of a failed proof is explained; the guard’s reasons are in transactions.md', () => {
  const codes = reasonCodes.filter((code) => !guardReasonCodes.some((own) => own === code))
  const rows = sectionOf(text, '## An error').split(/\| `reasonCode` +\| meaning +\|/)[1] ?? ''
  const explained = rows.split('\n').flatMap((line) => codeSpans(line.split('|')[1] ?? ''))
  expect(explained.toSorted()).toEqual(codes.toSorted())
  expect(sectionOf(text, '## An error')).toContain('(transactions.md#reasons)')
})

test('the exit codes are those of the command', () => {
  const codes = tableRows(sectionOf(text, '## Exit codes')).map(([code]) => Number(code))
  expect(codes).toEqual(Object.values(exitCodes))
})

test('the example has the form', () => {
  const [example, ...others] = codeBlocks(text, 'json')
  expect(others).toEqual([])
  const parsed: unknown = JSON.parse(example ?? '')
  expect(Report.parse(parsed)).toEqual(parsed)
})
