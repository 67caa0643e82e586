import { describe, expect, test } from 'vitest'
import type { HostOutcome, HostStatus } from '../../src/engine/values/outcome.ts'
import { PlanewrightError, type ErrorCode } from '../../src/error.ts'
import { exitCodeOf, exitCodeOfError } from '../../src/report/exit-code.ts'
import { makeReport, type ReportInput } from '../../src/report/make-report.ts'
import { Report } from '../../src/report/schema.ts'
import {
  cluster,
  clusterChange,
  directoryChange,
  failure,
  fileChange,
  outcome,
  proof,
  restartChange,
} from './fixtures.ts'

test.each<[readonly HostStatus[], boolean, number]>([
  [[], false, 0],
  [['ok'], false, 0],
  [['changed', 'ok'], false, 0],
  [['pending', 'ok'], false, 2],
  [['unreachable', 'pending'], false, 3],
  [['failed', 'unreachable', 'pending'], false, 1],
  [['failed', 'skipped'], false, 1],
  [['unreachable', 'skipped'], false, 3],
  [['changed', 'skipped'], false, 1],
  [['failed', 'unreachable'], true, 130],
  [['ok'], true, 130],
])('hosts that are %j, interrupted: %j, exit with %i', (statuses, interrupted, code) => {
  const outcomes = statuses.map((status, index) => outcome(`cp${index}`, status))
  expect(exitCodeOf(outcomes, interrupted)).toBe(code)
})

const codes: Readonly<Record<ErrorCode, number>> = {
  usage: 64,
  inventory: 1,
  variable: 1,
  template: 1,
  policy: 1,
  manifest: 1,
  'kubeadm-config': 1,
  'saved-plan': 1,
  unreachable: 3,
  'host-key': 3,
  authentication: 3,
  become: 3,
  host: 1,
  precondition: 1,
  change: 1,
  restart: 1,
  proof: 1,
  interrupted: 130,
  internal: 1,
}

test.each(Object.entries(codes))('a run that ends with the error %s exits with %i', (code, exitCode) => {
  expect(exitCodeOfError(new PlanewrightError(code as ErrorCode, 'what'))).toBe(exitCode)
})

function input(outcomes: readonly HostOutcome[], more: Partial<ReportInput> = {}): ReportInput {
  const started = new Date('2026-11-23T19:06:32Z')
  return {
    verb: 'apply',
    started,
    milliseconds: 12.7,
    outcomes,
    error: undefined,
    interrupted: false,
    ...more,
  }
}

const upgrade = {
  from: undefined,
  to: 'v1.37.2',
  flags: { v: ['2'] },
  volumes: ['a'],
  lost: [],
  gained: [],
  changed: ['x'],
}

/** Outcomes of hosts and clusters, and the exit code of the run. */
const withClusters: readonly (readonly [ReportInput['verb'], HostStatus, Partial<ReportInput>, number])[] = [
  ['plan', 'ok', { clusters: [cluster('ok')] }, 0],
  ['plan', 'ok', { clusters: [cluster('ok'), cluster('pending')] }, 2],
  ['verify', 'ok', { clusters: [cluster('pending')] }, 2],
  ['verify', 'ok', { clusters: [cluster('failed')] }, 1],
  ['plan', 'pending', { clusters: [cluster('failed'), cluster('pending')] }, 1],
  ['verify', 'unreachable', { clusters: [cluster('failed')] }, 3],
  ['apply', 'changed', { clusters: [cluster('changed')] }, 0],
  // The cluster waits for hosts that the limit leaves out.
  ['apply', 'changed', { clusters: [cluster('pending')] }, 0],
  ['apply', 'changed', { clusters: [cluster('failed')] }, 1],
  ['apply', 'failed', { clusters: [cluster('skipped')] }, 1],
  ['apply', 'ok', { clusters: [cluster('skipped')], interrupted: true }, 130],
  ['plan', 'ok', { forecasts: new Map([['cp1', { ...upgrade, lost: ['x'] }]]) }, 2],
  ['plan', 'ok', { forecasts: new Map([['cp1', { ...upgrade, gained: ['x'] }]]) }, 2],
  ['plan', 'ok', { forecasts: new Map([['cp1', upgrade]]) }, 0],
]

test.each(withClusters)('%s with a host that is %s, and %j, exits with %i', (verb, status, more, code) => {
  expect(makeReport(input([outcome('cp1', status)], { verb, ...more })).exitCode).toBe(code)
})

describe('the report', () => {
  test.each([
    ['nothing', input([])],
    ['an error before any host', input([], { error: failure })],
    [
      'each kind of change, and a proof',
      input([
        outcome(
          'cp1',
          'changed',
          [directoryChange, fileChange('a', 'b'), fileChange(null, 'b'), restartChange],
          {
            proof,
            warnings: ['odd'],
          },
        ),
      ]),
    ],
    [
      'a proof in the legacy format',
      input([outcome('cp1', 'ok', [], { proof: { ...proof, stageTimestamp: undefined } })]),
    ],
    ['a failure', input([outcome('cp1', 'failed', [restartChange], { error: failure, undone: true })])],
    ['a host without a CA', input([outcome('cp1', 'ok', [], { cluster: undefined })])],
    [
      'clusters, causes and a forecast',
      input([outcome('cp1', 'pending', [restartChange])], {
        verb: 'plan',
        clusters: [
          cluster('pending', {
            changes: [clusterChange],
            warnings: ['odd'],
            differing: [{ setting: 'x', values: { cp1: '1', cp2: null } }],
          }),
          cluster('failed', { error: failure }),
        ],
        causes: new Map([
          [
            'cp1',
            [
              { path: '/x', cause: 'edited', words: 'w', file: { owner: 1, group: 2, modified: 3.5 } },
              { path: '/y', cause: 'removed', words: 'w', file: null },
            ],
          ],
        ]),
        forecasts: new Map([['cp1', upgrade]]),
      }),
    ],
    ['a bare error', input([], { error: new PlanewrightError('internal', 'what') })],
  ])('of %s has exactly the fields of its schema', (_name, value) => {
    const printed: unknown = JSON.parse(JSON.stringify(makeReport(value)))
    expect(Report.parse(printed)).toEqual(printed)
  })

  test('has modes as octal, whole milliseconds, and diffs', () => {
    const report = makeReport(input([outcome('cp1', 'changed', [directoryChange, fileChange('a\n', 'b\n')])]))
    expect(report.milliseconds).toBe(13)
    expect(report.hosts[0]?.changes[0]).toMatchObject({ before: { mode: '0700' }, after: { mode: '0755' } })
    expect(report.hosts[0]?.changes[1]).toMatchObject({ diff: expect.stringContaining('+b\n') as string })
  })

  test('never has a secret, nor the content of any file but in its diff', () => {
    const secret = fileChange('old secret', 'new secret', { sensitive: true })
    const text = JSON.stringify(makeReport(input([outcome('cp1', 'pending', [secret])])))
    expect(text).not.toContain('old secret')
    expect(text).not.toContain('new secret')
  })

  test('has the exit code of the error, where one ended the run', () => {
    expect(makeReport(input([], { error: new PlanewrightError('usage', 'what') })).exitCode).toBe(64)
    expect(makeReport(input([outcome('cp1', 'pending')])).exitCode).toBe(2)
  })
})
