import { describe, expect, test } from 'vitest'
import { renderPrometheus } from '../../src/report/prometheus.ts'
import { suitesOf } from '../../src/report/suites.ts'
import { reports, requirements } from '../report/reports.ts'
import { codeSpans, readText, sectionOf, tableRows } from './document.ts'

const text = readText('docs/reports.md')
const names = Object.keys(reports) as (keyof typeof reports)[]

describe('the metrics', () => {
  const printed = names.flatMap((name) => renderPrometheus(reports[name], requirements).split('\n'))
  const samples = printed.filter((line) => line.startsWith('planewright_'))
  const rows = tableRows(sectionOf(text, '## Metrics')).map(([name = '', labels = '']) => ({
    name: codeSpans(name)[0] ?? '',
    labels: codeSpans(labels),
  }))
  const described = rows.filter(({ name }) => name.startsWith('planewright_'))

  test('are those of the report, in their order', () => {
    const known = new Set(printed.flatMap((line) => /^# TYPE (\w+) gauge$/.exec(line)?.[1] ?? []))
    expect(described.map(({ name }) => name).toSorted()).toEqual([...known].toSorted())
  })

  test('have the documented labels and the verb', () => {
    expect(described.length).toBeGreaterThan(10)
    for (const { name, labels } of described) {
      const found = samples.filter((line) => line.startsWith(`${name}{`))
      for (const line of found) {
        const own = [...line.matchAll(/(\w+)="(?:\\.|[^"\\])*"/g)].map(([, label]) => label)
        expect(own.toSorted()).toEqual(['verb', ...labels].toSorted())
      }
    }
  })

  test('in the alerts exist, with their labels', () => {
    const asked = rows.length > 0 ? [...text.matchAll(/`[^`\n]*?(planewright_\w+)\{([^}]*)\}[^`\n]*`/g)] : []
    expect(asked.length).toBeGreaterThan(4)
    for (const [, name = '', matchers = ''] of asked) {
      const wanted = matchers.split(', ')
      const found = samples.some((line) => line.startsWith(name) && wanted.every((one) => line.includes(one)))
      expect({ name, matchers, found }).toEqual({ name, matchers, found: true })
    }
  })
})

describe('the cases', () => {
  test('are those of the report', () => {
    const all = suitesOf(reports['verify, drift'], requirements).flatMap(({ cases }) => cases)
    const rows = tableRows(sectionOf(text, '## JUnit')).map(([, name]) => codeSpans(name ?? '')[0])
    const described = rows.filter((name) => name !== undefined)
    expect(described.slice(0, 8)).toEqual([...new Set(all.map(({ name }) => name))])
  })

  test('have the documented types', () => {
    const verdicts = names.flatMap((name) =>
      suitesOf(reports[name], requirements).flatMap(({ cases }) => cases.map(({ verdict }) => verdict)),
    )
    const types = verdicts.flatMap((verdict) => (verdict.status === 'failed' ? [verdict.type] : []))
    const row = tableRows(sectionOf(text, '## JUnit')).find(([outcome]) => outcome === 'failure')
    const told = codeSpans(row?.[1] ?? '').filter((word) => word !== 'type')
    expect(told.toSorted()).toEqual([...new Set(types)].toSorted())
  })
})
