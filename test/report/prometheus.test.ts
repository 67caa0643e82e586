import { describe, expect, test } from 'vitest'
import { renderPrometheus } from '../../src/report/prometheus.ts'
import { outcome, proof } from './fixtures.ts'
import { reportOf, reports, requirements } from './reports.ts'

/** The lines of one metric, without its name and without the label that every metric has. */
function linesOf(name: keyof typeof reports, metric: string): readonly string[] {
  const { verb } = reports[name]
  return renderPrometheus(reports[name], requirements)
    .split('\n')
    .filter((line) => line.startsWith(`planewright_${metric}{`))
    .map((line) => line.slice(`planewright_${metric}`.length).replace(new RegExp(`verb="${verb}",?`), ''))
}

describe('of the run', () => {
  test.each([
    ['verify, all proven', 1, 0, 0, 2],
    ['verify, drift', 0, 2, 0, 2],
    ['verify, unreachable', 0, 3, 0, 2],
    ['verify, interrupted', 0, 130, 0, 2],
    ['verify, not begun', 0, 1, 1, 0],
    ['apply, changed', 1, 0, 0, 1],
    ['apply, undone', 0, 1, 0, 2],
  ] as const)('%s: success %i, exit code %i, error %i, %i hosts', (name, success, code, error, hosts) => {
    expect(linesOf(name, 'run_success')).toEqual([`{} ${success}`])
    expect(linesOf(name, 'run_exit_code')).toEqual([`{} ${code}`])
    expect(linesOf(name, 'run_error')).toEqual([`{} ${error}`])
    expect(linesOf(name, 'run_hosts')).toEqual([`{} ${hosts}`])
    // 2026-11-23T19:06:34.5Z
    expect(linesOf(name, 'run_timestamp_seconds')).toEqual(['{} 1795460794.5'])
    expect(linesOf(name, 'run_duration_seconds')).toEqual(['{} 2.5'])
  })

  test('that could not begin has no metrics of hosts', () => {
    expect(renderPrometheus(reports['verify, not begun'], requirements)).not.toMatch(/_host_|_cluster_/)
  })
})

describe('of a host', () => {
  test('exactly one of the six statuses is 1', () => {
    expect(linesOf('verify, unreachable', 'host_status').filter((line) => line.includes('cp3'))).toEqual([
      '{host="cp3",status="ok"} 0',
      '{host="cp3",status="pending"} 0',
      '{host="cp3",status="changed"} 0',
      '{host="cp3",status="failed"} 0',
      '{host="cp3",status="unreachable"} 1',
      '{host="cp3",status="skipped"} 0',
    ])
  })

  const tasks = ['audit log directory', 'audit policy', 'kube-apiserver audit flags']

  test.each([
    ['verify, drift', 'cp1', [1, 1, 1]],
    ['verify, drift', 'cp2', [0, 0, 0]],
    ['verify, no event', 'cp1', [0, 0, 0]],
    ['apply, changed', 'cp1', [0, 0, 0]],
    ['apply, undone', 'cp1', [1, 1, 1]],
    ['apply, undone', 'cp2', [1, 1, 1]],
    // An unknown metric is left out, because 0 would mean that nothing is due.
    ['verify, unreachable', 'cp3', []],
    ['plan, a task fails', 'cp1', []],
  ] as const)('changes that are due: %s, %s: %j', (name, host, counts) => {
    const own = linesOf(name, 'host_pending_changes').filter((line) => line.includes(`host="${host}"`))
    expect(own).toEqual(counts.map((count, index) => `{host="${host}",task="${tasks[index]}"} ${count}`))
  })

  test.each([
    ['verify, all proven', ['{host="cp1"} 1', '{host="cp2"} 1']],
    ['verify, drift', ['{host="cp1"} 0', '{host="cp2"} 1']],
    ['verify, without proofs', ['{host="cp1"} 0']],
    ['plan, changes', []],
  ] as const)('proven: %s', (name, lines) => {
    expect(linesOf(name, 'host_proven')).toEqual(lines)
  })

  test('the time of its proof, or nothing without a proof', () => {
    // 2026-11-23T19:06:32.000001Z, cut to the milliseconds of a Date.
    expect(linesOf('verify, drift', 'host_proof_timestamp_seconds')).toEqual(['{host="cp2"} 1795460792'])
    const odd = reportOf('verify', [
      outcome('cp1', 'ok', [], { proof: { ...proof, requestReceivedTimestamp: 'today' } }),
    ])
    expect(renderPrometheus(odd, requirements)).not.toMatch(/proof_timestamp|NaN/)
  })

  test('what was undone, and warnings', () => {
    expect(linesOf('apply, undone', 'host_undone')).toEqual(['{host="cp1"} 1', '{host="cp2"} 0'])
    expect(linesOf('verify, drift', 'host_warnings')).toEqual(['{host="cp1"} 1', '{host="cp2"} 0'])
  })

  test('keeps its series if its cluster is unknown in one run', () => {
    const of = (cluster: string | undefined) =>
      renderPrometheus(reportOf('verify', [outcome('cp1', 'ok', [], { cluster, proof })]), requirements)
    const seriesOf = (text: string) =>
      text.split('\n').filter((line) => line.includes('host="cp1"') && !line.includes('_info{'))
    expect(seriesOf(of(undefined))).toEqual(seriesOf(of('c'.repeat(64))))
    expect(of(undefined)).toContain(
      'planewright_host_info{verb="verify",host="cp1",address="192.0.2.1",cluster=""} 1',
    )
  })
})

test.each([
  ['verify, all proven', [0], [1]],
  ['verify, an unlisted control plane', [1], [1]],
  ['apply, an unlisted control plane', [1], [1]],
  // An unknown metric is left out and is not 0.
  ['verify, a silent cluster', [], [0]],
  ['verify, interrupted', [], [0]],
  ['apply, lost', [0], [1]],
  ['verify, no plan', [], [0]],
  // `plan` does not look for unlisted control planes.
  ['plan, changes', [], []],
] as const)('unlisted control planes of a cluster: %s: %j, asked: %j', (name, counts, asked) => {
  const cluster = 'c'.repeat(64)
  const lines = (values: readonly number[]) => values.map((value) => `{cluster="${cluster}"} ${value}`)
  expect(linesOf(name, 'cluster_unlisted_control_planes')).toEqual(lines(counts))
  expect(linesOf(name, 'cluster_asked')).toEqual(lines(asked))
})

test.each([
  ['verify, stored settings due', 'pending', 0],
  ['verify, stored settings left alone', 'ok', 1],
  ['verify, stored settings unknown', 'unknown', 0],
  ['apply, stored settings refused', 'failed', 0],
] as const)('what kubeadm stores of a cluster: %s: %s, %i warnings', (name, status, warnings) => {
  const cluster = 'c'.repeat(64)
  const lines = linesOf(name, 'cluster_status')
  expect(lines).toHaveLength(6)
  expect(lines.filter((line) => line.endsWith(' 1'))).toEqual([`{cluster="${cluster}",status="${status}"} 1`])
  expect(linesOf(name, 'cluster_warnings')).toEqual([`{cluster="${cluster}"} ${warnings}`])
})

test('a cluster that was not surveyed has no status', () => {
  expect(linesOf('plan, changes', 'cluster_status')).toEqual([])
})
