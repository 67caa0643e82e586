import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import { renderJunit } from '../../src/report/junit.ts'
import type { Report } from '../../src/report/schema.ts'
import { suitesOf } from '../../src/report/suites.ts'
import { isBad } from '../../src/report/verdict.ts'
import { directoryChange, fileChange, outcome, proof, restartChange } from './fixtures.ts'
import { reportOf, reports, requirements, unlisted } from './reports.ts'

/** The test cases of a report, one on each line. */
function casesOf(report: Report): readonly string[] {
  return suitesOf(report, requirements).flatMap(({ name, cases }) =>
    cases.map((one) => `${name}: ${one.name}: ${one.verdict.status}`),
  )
}

/** The statuses of a host's test cases: the host itself, its tasks in their order, the proof. */
function statusesOf(name: keyof typeof reports, host: string): string {
  const suite = suitesOf(reports[name], requirements).find((one) => one.name === host)
  return (suite?.cases ?? []).map(({ verdict }) => verdict.status).join(' ')
}

describe('a case for each requirement', () => {
  test('of the run, of each host and of each cluster', () => {
    expect(casesOf(reports['verify, drift'])).toEqual([
      'planewright: run: passed',
      'cp1: host: passed',
      'cp1: audit log directory: failed',
      'cp1: audit policy: failed',
      'cp1: kube-apiserver audit flags: failed',
      'cp1: audit proof: skipped',
      'cp2: host: passed',
      'cp2: audit log directory: passed',
      'cp2: audit policy: passed',
      'cp2: kube-apiserver audit flags: passed',
      'cp2: audit proof: passed',
      'cluster cccccccccccc: control planes in the inventory: passed',
      'cluster cccccccccccc: kubeadm configuration: skipped',
    ])
  })

  test.each([
    ['verify, all proven', 'cp1', 'passed passed passed passed passed'],
    ['verify, no event', 'cp1', 'passed passed passed passed failed'],
    ['verify, no kubeconfig', 'cp1', 'passed passed passed passed error'],
    ['verify, unreachable', 'cp3', 'error skipped skipped skipped skipped'],
    ['verify, without proofs', 'cp1', 'passed passed passed passed skipped'],
    ['verify, interrupted', 'cp2', 'skipped skipped skipped skipped skipped'],
    ['plan, changes', 'cp2', 'passed passed passed passed skipped'],
    ['plan, a task fails', 'cp1', 'passed skipped error skipped skipped'],
    ['apply, changed', 'cp1', 'passed passed passed passed passed'],
    ['apply, undone', 'cp1', 'error failed failed failed skipped'],
    ['apply, undone', 'cp2', 'skipped skipped skipped skipped skipped'],
    ['apply, not undone', 'cp1', 'error failed failed failed skipped'],
    ['apply, lost', 'cp3', 'error skipped skipped skipped skipped'],
    ['apply, a secret', 'cp1', 'passed passed error passed skipped'],
  ] as const)('%s: %s', (name, host, statuses) => {
    expect(statusesOf(name, host)).toBe(statuses)
  })

  test.each([
    ['verify, stored settings due', 'failed'],
    ['verify, stored settings left alone', 'passed'],
    ['verify, stored settings unknown', 'skipped'],
    ['apply, stored settings refused', 'error'],
  ] as const)('of what kubeadm stores: %s: %s', (name, status) => {
    expect(casesOf(reports[name])).toContain(`cluster cccccccccccc: kubeadm configuration: ${status}`)
  })

  test('has the same name however the run ended', () => {
    const outcomes = [
      outcome('cp1', 'ok', [], { proof }),
      outcome('cp1', 'pending', [directoryChange]),
      outcome('cp1', 'unreachable', [], { error: new PlanewrightError('unreachable', 'gone') }),
    ]
    const names = outcomes.map((one) =>
      suitesOf(reportOf('verify', [one]), requirements).map(({ name, cases }) => [
        name,
        cases.map((found) => found.name),
      ]),
    )
    expect(names[1]).toEqual(names[0])
    expect(names[2]).toEqual(names[0])
  })

  test('is there for a task that only a change names', () => {
    const report = reportOf('plan', [
      outcome('cp1', 'pending', [{ ...directoryChange, task: 'login banner' }]),
    ])
    expect(casesOf(report)).toContain('cp1: login banner: failed')
  })
})

describe('of the run', () => {
  test.each([
    ['verify, not begun', 'error inventory hosts.yaml is no YAML'],
    ['verify, interrupted', 'error interrupted the run was interrupted'],
    ['verify, drift', 'passed'],
  ] as const)('%s', (name, told) => {
    const verdict = suitesOf(reports[name], requirements)[0]?.cases[0]?.verdict
    if (verdict === undefined) throw new Error('there is no case of the run')
    const words = 'type' in verdict ? [verdict.status, verdict.type, verdict.message] : [verdict.status]
    expect(words.join(' ')).toBe(told)
  })

  test.each([
    ['verify, all proven', 'passed'],
    ['verify, an unlisted control plane', 'failed'],
    // apply goes on in this case.
    ['apply, an unlisted control plane', 'skipped'],
    // The cluster cannot be asked, so this is unknown.
    ['verify, a silent cluster', 'skipped'],
    ['verify, interrupted', 'skipped'],
    ['verify, no plan', 'skipped'],
  ] as const)('unlisted control planes: %s: %s', (name, status) => {
    const own = 'cluster cccccccccccc: control planes in the inventory'
    expect(casesOf(reports[name])).toContain(`${own}: ${status}`)
  })

  test('unlisted control planes: no case if planewright did not look for them', () => {
    for (const name of ['verify, not begun', 'plan, changes'] as const) {
      expect(casesOf(reports[name]).join()).not.toContain('cluster')
    }
  })

  test('a case is bad if and only if the exit code is not 0', () => {
    const statuses = fc.constantFrom('ok', 'pending', 'changed', 'failed', 'unreachable', 'skipped')
    const code = fc.constantFrom('unreachable', 'host', 'proof', 'interrupted', 'internal')
    const task = fc.option(fc.constantFrom(...requirements.tasks), { nil: undefined })
    const changes = fc.subarray([directoryChange, fileChange('a', 'b'), restartChange])
    const run = fc.record({
      verb: fc.constantFrom('plan', 'apply', 'verify'),
      hosts: fc.array(fc.record({ status: statuses, code, task, changes, undone: fc.boolean() }), {
        maxLength: 4,
      }),
      lacksOne: fc.boolean(),
      interrupted: fc.boolean(),
    })
    fc.assert(
      fc.property(run, ({ verb, hosts, lacksOne, interrupted }) => {
        const outcomes = hosts.map(({ status, code: kind, task: where, changes: all, undone }, index) => {
          const isWell = status === 'ok' || status === 'pending' || status === 'changed'
          const place = where === undefined ? {} : { task: where }
          const error = isWell ? undefined : new PlanewrightError(kind, 'what', { where: place })
          const due = status === 'ok' ? [] : status === 'pending' ? [directoryChange] : all
          return outcome(`cp${index}`, status, due, { error, undone: undone && status === 'failed' })
        })
        const report = reportOf(verb, outcomes, { interrupted, unlisted: lacksOne ? [unlisted] : [] })
        const bad = suitesOf(report, requirements).some(({ cases }) => cases.some(isBad))
        expect(bad).toBe(report.exitCode !== 0)
      }),
    )
  })
})

describe('the content of a case', () => {
  const text = (name: keyof typeof reports) => renderJunit(reports[name], requirements)

  test('of a requirement that is not met: the differences, and the diff', () => {
    const junit = text('verify, drift')
    expect(junit).toContain(
      '<testcase classname="planewright.verify" name="cp1: audit log directory" time="0">' +
        '<failure type="pending" message="mode is 0700, should be 0755">' +
        'directory /var/log/audit\n  mode is 0700, should be 0755</failure></testcase>',
    )
    expect(junit).toContain('file /etc/policy.yaml\n  the content differs\n--- before: /etc/policy.yaml\n')
    expect(junit).toContain('\n-a\n+b</failure>')
  })

  test('of an error: what, where, why, and its code', () => {
    expect(text('apply, undone')).toContain(
      '<error type="restart" message="the new kube-apiserver does not stay up">' +
        'error: the new kube-apiserver does not stay up\n  where: cp1\n  why:   unknown flag</error>',
    )
    expect(text('apply, undone')).toContain('type="undone" message="undone: mode is 0700, should be 0755"')
  })

  test('of a host that was skipped: why', () => {
    expect(text('apply, undone')).toContain('<skipped message="not begun, because cp1 failed"/>')
  })

  test('of a proof and a warning, beside the cases', () => {
    expect(text('verify, all proven')).toContain(`<system-out>proof ${proof.auditID}: list `)
    expect(text('verify, drift')).toContain('<system-err>a rule is never reached</system-err>')
  })

  test('of a secret: nothing', () => {
    expect(text('apply, a secret')).toContain('(a secret: not shown)')
    expect(text('apply, a secret')).not.toMatch(/\bold\b|\bnew\b/)
  })

  test('when, in UTC and without a zone, and how long', () => {
    expect(text('verify, drift')).toContain('timestamp="2026-11-23T19:06:32" time="2.5" tests="1"')
  })
})
