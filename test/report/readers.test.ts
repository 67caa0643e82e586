import { beforeAll, describe, expect, test } from 'vitest'
import { renderJunit } from '../../src/report/junit.ts'
import { renderPrometheus } from '../../src/report/prometheus.ts'
import { suitesOf } from '../../src/report/suites.ts'
import { visible, visibleLine } from '../../src/report/visible.ts'
import { noReaders, read } from './readers.ts'
import { hostileText, reports, requirements } from './reports.ts'

if (noReaders !== undefined) console.warn(`skipped: ${noReaders}`)

const names = Object.keys(reports) as (keyof typeof reports)[]
const junit = names.map((name) => renderJunit(reports[name], requirements))
const metrics = names.map((name) => renderPrometheus(reports[name], requirements))

/** Faulty reports. Each reader must find the fault, or its silence about our reports would mean nothing. */
const faulty = {
  junit: ['<testsuites><testsuite name="a"></testsuites>', '<testsuites>\u0001</testsuites>', '<a>]]></a>'],
  metrics: [
    'planewright_a{b="c} 1\n',
    '# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n',
    '# HELP a x\n# TYPE a gauge\na 1 1795460794000\n',
    '# HELP a x\n# TYPE a gauge\na{b="c"} 1\na{b="c"} 2\n',
  ],
}

describe.skipIf(noReaders !== undefined)('those that reports are made for', () => {
  let told: Awaited<ReturnType<typeof read>>
  let complaints: Awaited<ReturnType<typeof read>>

  beforeAll(async () => {
    told = await read({ junit, metrics: metrics.map((text) => [text]) })
    complaints = await read({ junit: faulty.junit, metrics: faulty.metrics.map((text) => [text]) })
  }, 900_000)

  test('find fault with what is wrong', () => {
    const found = [...complaints.junit, ...complaints.metrics].map(({ errors }) => errors)
    expect(found).toHaveLength(7)
    for (const errors of found) expect(errors).not.toEqual([])
  })

  describe.each(names.map((name, index) => ({ name, index })))('$name', ({ name, index }) => {
    test('the JUnit reader reads each case with its status', () => {
      const { errors, suites } = told.junit[index] ?? { errors: ['not read'], suites: [] }
      expect(errors).toEqual([])
      const meant = suitesOf(reports[name], requirements)
      expect(suites.map((suite) => suite.name)).toEqual(meant.map((suite) => visibleLine(suite.name)))
      for (const [number, suite] of suites.entries()) {
        const own = meant[number]?.cases ?? []
        expect(suite.cases.map((one) => [one.name, one.status])).toEqual(
          own.map((one) => [visibleLine(`${meant[number]?.name ?? ''}: ${one.name}`), one.verdict.status]),
        )
        const bad = suite.cases.filter(({ status }) => status === 'failed' || status === 'error')
        for (const one of bad) {
          expect(one.type).toMatch(/^[a-z-]+$/)
          expect(one.message).not.toBe('')
          expect(one.body.trim()).not.toBe('')
        }
      }
    })

    test('the JUnit reader counts the same cases in each suite', () => {
      const counts = [...(junit[index] ?? '').matchAll(/<testsuite [^>]*/g)].map(([tag]) =>
        ['tests', 'failures', 'errors', 'skipped'].map((attribute) =>
          Number(new RegExp(` ${attribute}="(\\d+)"`).exec(tag)?.[1]),
        ),
      )
      const totals = told.junit[index]?.suites.map(({ totals: found }) => found) ?? []
      expect(counts).toEqual(
        totals.map(({ tests, failed, error, skipped }) => [tests, failed, error, skipped]),
      )
      expect(counts.length).toBeGreaterThan(0)
    })

    test('Prometheus’ parser and lint find every sample and no fault', () => {
      const { errors, samples } = told.metrics[index] ?? { errors: ['not read'], samples: [] }
      expect(errors).toEqual([])
      const lines = (metrics[index] ?? '').split('\n').filter((line) => line.startsWith('planewright_'))
      expect(samples).toHaveLength(lines.length)
      expect(new Set(samples.map((sample) => sample.labels.verb))).toEqual(new Set([reports[name].verb]))
    })
  })

  test('hostile texts arrive without control characters, each as one value', () => {
    const index = names.indexOf('apply, hostile words')
    const hosts =
      told.metrics[index]?.samples.filter(({ name }) => name.startsWith('planewright_host_')) ?? []
    expect(new Set(hosts.map(({ labels }) => labels.host))).toEqual(new Set([visible(hostileText)]))
    const suite = told.junit[index]?.suites[1]
    expect(suite?.err).toBe(visible(hostileText))
    expect(suite?.properties.address).toBe(visible(hostileText))
    expect(suite?.cases[0]?.message).toBe(visibleLine(hostileText))
  })

  test('the files of two verbs can be in one folder', async () => {
    const both = ['verify, all proven', 'apply, changed'] as const
    const texts = both.map((name) => renderPrometheus(reports[name], requirements))
    const together = await read({ junit: [], metrics: [texts, [texts[0] ?? '', texts[0] ?? '']] })
    expect(together.metrics[0]?.errors).toEqual([])
    expect(together.metrics[1]?.errors.join()).toContain('was collected before with the same name')
  })
})
