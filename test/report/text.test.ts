import { describe, expect, test } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import { diffOf } from '../../src/report/diff.ts'
import { formatError, formatStack, formatWarning } from '../../src/report/error-text.ts'
import { failureText } from '../../src/report/failure-text.ts'
import { planText } from '../../src/report/plan-text.ts'
import { plainView } from '../../src/cli/screen/plain-view.ts'
import { proofText, recapText } from '../../src/report/recap.ts'
import { stepText, waitText } from '../../src/report/step-text.ts'
import { unlistedText } from '../../src/report/unlisted-text.ts'
import { colourStyle, plainStyle } from '../../src/report/style.ts'
import { directoryChange, failure, fileChange, outcome, proof, restartChange } from './fixtures.ts'

describe('a diff', () => {
  test.each([
    ['a new file', null, 'a\n', ['@@ -0,0 +1,1 @@', '+a']],
    ['a line that changes', 'a\nb\n', 'a\nc\n', ['@@ -1,2 +1,2 @@', ' a', '-b', '+c']],
    ['a tab at the end of a line, which stays', 'a\n', 'a\t\n', ['@@ -1,1 +1,1 @@', '-a', '+a\t']],
    ['a final newline', 'a', 'a\n', ['@@ -1,1 +1,1 @@', '-a', '\\ No newline at end of file', '+a']],
  ])('of %s', (_name, before, after, lines) => {
    expect(diffOf(fileChange(before, after))?.split('\n')).toEqual([
      '--- before: /etc/policy.yaml',
      '+++ after: /etc/policy.yaml',
      ...lines,
      '',
    ])
  })

  test('has three lines of context', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`)
    const before = `${lines.join('\n')}\n`
    const diff = diffOf(fileChange(before, before.replace('line 10\n', 'other\n')))
    expect(diff).toContain('@@ -8,7 +8,7 @@')
    expect(diff?.trimEnd().split('\n')).toHaveLength(2 + 1 + 3 + 2 + 3)
  })

  test('is empty where only the mode changes, and null for a secret', () => {
    expect(diffOf(fileChange('a', 'a'))).toBe('')
    expect(diffOf(fileChange('old secret', 'new secret', { sensitive: true }))).toBe(null)
  })
})

describe('a plan', () => {
  const changes = [
    directoryChange,
    fileChange(null, 'a\n', { differences: [{ kind: 'file-missing' }] }),
    restartChange,
  ]

  test('without diffs', () => {
    expect(
      planText([outcome('cp1', 'pending', changes)], new Map(), 'no-diff', plainStyle).split('\n'),
    ).toEqual([
      'cp1',
      '  ~ directory /var/log/audit  [audit log directory]',
      '      mode is 0700, should be 0755',
      '  + file /etc/policy.yaml  [audit policy]',
      '      the file is missing',
      '  ~ restart kube-apiserver  [kube-apiserver audit flags]',
      '      its manifest changes',
    ])
  })

  test('with diffs, and a secret not shown', () => {
    const secret = fileChange('old secret', 'new secret', { sensitive: true })
    const text = planText([outcome('cp1', 'pending', [...changes, secret])], new Map(), 'diff', plainStyle)
    expect(text).toContain('    +++ after: /etc/policy.yaml\n    @@ -0,0 +1,1 @@\n    +a\n')
    expect(text).toContain('    (a secret: not shown)')
    expect(text).not.toContain('new secret')
    expect(text).not.toContain('old secret')
  })

  test('with warnings, even if nothing changes; hosts without changes and warnings are left out', () => {
    const hosts = [outcome('cp1', 'ok', [], { warnings: ['odd'] }), outcome('cp2', 'ok')]
    expect(planText(hosts, new Map(), 'no-diff', plainStyle)).toBe('cp1\n  ! odd')
    expect(planText([outcome('cp2', 'ok')], new Map(), 'diff', plainStyle)).toBe('')
  })
})

test.each([
  ['ok', outcome('cp1', 'ok'), 'ok=4 changed=0 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0'],
  [
    'two changes of one task count once',
    outcome('cp1', 'changed', [restartChange, restartChange, directoryChange]),
    'ok=4 changed=2 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0',
  ],
  [
    'pending counts what would change',
    outcome('cp1', 'pending', [directoryChange]),
    'ok=4 changed=1 unreachable=0 failed=0 skipped=0 rescued=0 ignored=0',
  ],
  [
    'failed and undone',
    outcome('cp1', 'failed', [directoryChange], { undone: true }),
    'ok=0 changed=0 unreachable=0 failed=1 skipped=0 rescued=1 ignored=0',
  ],
  ['failed', outcome('cp1', 'failed'), 'ok=0 changed=0 unreachable=0 failed=1 skipped=0 rescued=0 ignored=0'],
  [
    'lost',
    outcome('cp1', 'unreachable'),
    'ok=0 changed=0 unreachable=1 failed=0 skipped=0 rescued=0 ignored=0',
  ],
  [
    'skipped',
    outcome('cp1', 'skipped'),
    'ok=0 changed=0 unreachable=0 failed=0 skipped=4 rescued=0 ignored=0',
  ],
])('the recap of a host: %s', (_name, host, counts) => {
  const other = outcome('control-plane-2', 'ok')
  const [title, line] = recapText([host, other], 4, plainStyle).split('\n')
  expect(title).toBe('RECAP')
  expect(line).toBe(`cp1             : ${counts}`)
})

test('the proofs: the event, its time and its log; empty if there are none', () => {
  expect(proofText([outcome('cp1', 'ok')], plainStyle)).toBe('')
  const legacy = { ...proof, stageTimestamp: undefined }
  const hosts = [outcome('cp1', 'ok', [], { proof }), outcome('cp2', 'ok', [], { proof: legacy })]
  expect(proofText(hosts, plainStyle).split('\n')).toEqual([
    'PROOFS',
    `cp1  ${proof.auditID}  list ${proof.requestURI} 200`,
    `  received ${proof.requestReceivedTimestamp}  ResponseComplete ${proof.stageTimestamp}  in ${proof.logFile}`,
    `cp2  ${proof.auditID}  list ${proof.requestURI} 200`,
    `  received ${proof.requestReceivedTimestamp}  ResponseComplete (not in this format)  in ${proof.logFile}`,
  ])
})

describe('an error', () => {
  test('what, where, why and what to do', () => {
    expect(formatError(failure, plainStyle).split('\n')).toEqual([
      'error: the new kube-apiserver does not stay up',
      '  where: cp1, task flags, /etc/x, hosts.yaml:3:5',
      '  why:   its last words:',
      '         E1 unknown flag',
      '  do:    Mend it.',
    ])
  })

  test('without unknown fields', () => {
    expect(formatError(new PlanewrightError('usage', 'what'), plainStyle)).toBe('error: what')
  })

  test('that does not end the run is a warning', () => {
    expect(formatWarning(new PlanewrightError('usage', 'what', { remedy: 'Mend it.' }), plainStyle)).toBe(
      'warning: what\n  do:    Mend it.',
    )
  })

  test('in colour', () => {
    expect(formatError(failure, colourStyle)).toContain('\u001b[31merror:\u001b[39m')
  })
})

const ended = { type: 'step-ended', host: 'cp1', milliseconds: 1234 } as const

const waits = { type: 'step-waits', host: 'cp1', step: 'gate', limit: 60_000 } as const

test('the plain view: a line for each step that ended or waits, and for each note', () => {
  const lines: string[] = []
  const { listener, note } = plainView((text) => lines.push(text), plainStyle)
  listener({ type: 'step-started', host: 'cp1', step: 'write' })
  listener({ ...ended, step: 'write', detail: '2 changes', error: undefined })
  note('interrupted')
  listener({ ...waits, why: 'cp2: not ready\ncp3: not ready' })
  listener({ ...ended, step: 'restart', detail: '', error: failure })
  expect(lines).toEqual([
    'cp1  ok   write files        1.23 s  2 changes\n',
    'interrupted\n',
    'cp1  wait ask the cluster     <60 s  cp2: not ready; cp3: not ready\n',
    'cp1  FAIL restart            1.23 s  the new kube-apiserver does not stay up\n',
  ])
})

describe('a host that was not finished', () => {
  const error = new PlanewrightError('restart', 'what', { remedy: 'Mend it.' })

  test.each([
    [
      'and was undone',
      { error, undone: true },
      'error: what\n  do:    Mend it.\n  now:   cp1 runs what it ran before',
    ],
    ['and was not undone', { error, undone: false }, 'error: what\n  do:    Mend it.'],
    ['but did', {}, ''],
  ])('%s', (_name, more, text) => {
    expect(failureText(outcome('cp1', 'failed', [], more), plainStyle)).toBe(text)
  })
})

describe('a host’s text can neither draw on the terminal nor look like another line', () => {
  const words = 'a\u001b[2J\u009b\u202eb\r\ncp9  ok'

  test.each([
    ['a step', stepText({ ...ended, step: 'stage', detail: words, error: undefined }, plainStyle)],
    ['a step that waits', waitText({ ...waits, why: words }, plainStyle)],
    [
      'a step that failed',
      stepText(
        { ...ended, step: 'stage', detail: '', error: new PlanewrightError('host', words) },
        plainStyle,
      ),
    ],
    [
      'a control plane that the inventory lacks',
      unlistedText(
        {
          found: [{ cluster: 'c', name: words, addresses: [words], knownBy: ['node'] }],
          failedLookups: [{ hosts: [words], error: new PlanewrightError('host', words, { why: words }) }],
        },
        plainStyle,
      ),
    ],
    [
      'a plan',
      planText(
        [
          outcome(
            'cp1',
            'pending',
            [{ ...directoryChange, path: words, differences: [{ kind: 'not-running', component: words }] }],
            {
              warnings: [words],
            },
          ),
        ],
        new Map([['cp1', [{ path: words, cause: 'edited', words, file: null }]]]),
        'no-diff',
        plainStyle,
      ),
    ],
    [
      'a proof',
      proofText(
        [
          outcome('cp1', 'ok', [], {
            proof: {
              ...{ auditID: words, requestReceivedTimestamp: words, stageTimestamp: words, stage: words },
              ...{ level: words, verb: words, requestURI: words, user: words },
              ...{ status: 200, logFile: words, rule: 0 },
            },
          }),
        ],
        plainStyle,
      ),
    ],
    [
      'an error',
      formatError(
        new PlanewrightError('host', words, {
          where: { host: words, path: words },
          why: words,
          remedy: words,
        }),
        plainStyle,
      ),
    ],
  ])('%s', (_name, text) => {
    expect(text).toContain(String.raw`a\u001b[2J\u009b\u202eb\u000d`)
    // eslint-disable-next-line no-control-regex -- control characters are just what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|^cp9/m)
  })

  test('a stack trace', () => {
    const text = formatStack(new PlanewrightError('host', 'a\u001b[2J'), plainStyle)
    expect(text).toContain(String.raw`a\u001b[2J`)
    expect(text).toMatch(/^ +at /m)
  })
})
