import { describe, expect, test } from 'vitest'
import type { ClusterOutcome } from '../../src/engine/values/cluster-outcome.ts'
import { PlanewrightError } from '../../src/error.ts'
import { clusterPlanText, clusterRecapText } from '../../src/report/cluster-text.ts'
import { forecastText } from '../../src/report/forecast-text.ts'
import { plainStyle } from '../../src/report/style.ts'
import { cluster, clusterChange } from './fixtures.ts'

function planned(more: Partial<ClusterOutcome>, mode: 'diff' | 'no-diff' = 'no-diff'): readonly string[] {
  return clusterPlanText([cluster('pending', more)], mode, plainStyle).split('\n')
}

describe('the plan of a cluster', () => {
  test('lists the differences and the changes', () => {
    expect(planned({ warnings: ['odd'], changes: [clusterChange] })).toEqual([
      'cluster cccccccccccc (cp1, cp2)',
      '  ! odd',
      '  ~ ConfigMap kube-system/kubeadm-config  [kubeadm configuration]',
      '      flag --x is missing',
    ])
    expect(planned({ changes: [clusterChange] }, 'diff')).toContain('    +b: 2')
  })

  test('is empty if nothing differs', () => {
    expect(planned({})).toEqual([''])
  })

  test('a table in which each host has a column, as wide as its widest cell', () => {
    const differing = [
      { setting: 'kube-apiserver --x', values: { cp1: '1', cp2: null } },
      { setting: '/p', values: { cp1: 'sha256 0123\nz', cp2: 'sha256 4' } },
      { setting: 'kube-apiserver version', values: { cp1: 'v1.36.3' } },
    ]
    expect(planned({ differing })).toEqual([
      'cluster cccccccccccc (cp1, cp2)',
      '  its control planes differ from each other:',
      '                              cp1             cp2',
      '      kube-apiserver --x      1               -',
      String.raw`      /p                      sha256 0123\nz  sha256 4`,
      '      kube-apiserver version  v1.36.3         ?',
    ])
  })

  test('values of environment variables that stand beside a flag are not in its diff', () => {
    const env = '  extraEnvs:\n  - name: HTTPS_PROXY\n    value: http://user:secret@proxy\n'
    const change = { ...clusterChange, before: `a:\n${env}`, after: `a:\n  b: 1\n${env}` }
    const text = planned({ changes: [change] }, 'diff').join('\n')
    expect(text).toContain('+  b: 1')
    expect(text).toContain('value: (not shown)')
    expect(text).not.toContain('secret')
  })
})

describe('the recap of clusters', () => {
  test('has a line for each cluster, with the reason of a failure', () => {
    const error = new PlanewrightError('host', 'what', { why: 'because' })
    const text = clusterRecapText([cluster('ok'), cluster('failed', { error })], plainStyle)
    expect(text.split('\n')).toEqual([
      'CLUSTERS',
      'cluster cccccccccccc (cp1, cp2) : ok',
      'cluster cccccccccccc (cp1, cp2) : failed',
      'error: what',
      '  why:   because',
    ])
    expect(clusterRecapText([], plainStyle)).toBe('')
  })

  test('says why a cluster still waits', () => {
    const text = clusterRecapText([cluster('pending', { warnings: ['cp3 was not part'] })], plainStyle)
    expect(text).toContain('\n  ! cp3 was not part')
  })
})

test('the forecast of an upgrade: lost, gained and changed settings, or none', () => {
  const same = { from: 'v1.36.3', to: 'v1.37.2', flags: {}, volumes: [], lost: [], gained: [], changed: [] }
  const forecasts = new Map([
    ['cp1', { ...same, lost: ['flag --a=1'], gained: ['flag --a=2'], changed: ['--b'] }],
    ['cp2', { ...same, from: undefined }],
  ])
  expect(forecastText(forecasts, plainStyle).split('\n')).toEqual([
    'AFTER kubeadm upgrade',
    'cp1  v1.36.3 → v1.37.2',
    '  - flag --a=1',
    '  + flag --a=2',
    '  ! --b',
    'cp2  an unknown version → v1.37.2',
    '  kube-apiserver keeps all its settings',
  ])
  expect(forecastText(new Map(), plainStyle)).toBe('')
})

describe('a cluster’s text can neither draw on the terminal nor look like another line', () => {
  const words = 'a\u001b[2J\u009b\u202eb\r\ncp9  ok'
  const hostile: Partial<ClusterOutcome> = {
    hosts: [words],
    warnings: [words],
    differing: [{ setting: words, values: { [words]: words } }],
    changes: [{ ...clusterChange, task: words, name: words, differences: [words] }],
    error: new PlanewrightError('host', words, { where: { path: words }, why: words }),
  }
  const foretold = { from: words, to: words, flags: {}, volumes: [] }

  test.each([
    ['a plan', planned(hostile, 'no-diff').join('\n')],
    ['a recap', clusterRecapText([cluster('pending', hostile)], plainStyle)],
    [
      'a forecast',
      forecastText(
        new Map([[words, { ...foretold, lost: [words], gained: [words], changed: [words] }]]),
        plainStyle,
      ),
    ],
  ])('%s', (_, text) => {
    expect(text).toContain(String.raw`a\u001b[2J\u009b\u202eb\u000d`)
    // eslint-disable-next-line no-control-regex -- control characters are just what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|^cp9/m)
  })
})
