import { expect, test } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import type { KeptChange, KeptTransaction } from '../../src/guard/history.ts'
import { History, makeHistory } from '../../src/report/history-report.ts'
import { historyText } from '../../src/report/history-text.ts'
import { plainStyle } from '../../src/report/style.ts'

function change(changes: Partial<KeptChange>): KeptChange {
  const base = { number: 0, kind: 'file', path: '/f', made: false, sensitive: false, stagedIn: '/' } as const
  return { ...base, before: 'a', after: 'b', had: undefined, ...changes }
}

function transaction(changes: Partial<KeptTransaction['status']>): KeptTransaction {
  const status = {
    id: '20261124T000000000Z-0123ab',
    state: 'undone',
    guard: false,
    open: false,
    stagingShell: undefined,
    process: undefined,
    origin: { who: 'a@b', from: '192.0.2.7', since: '2026-11-24T00:00:00Z', what: 'audit policy' },
    reason: { code: 'unconfirmed', words: 'nobody confirmed it within 120 s' },
    words: undefined,
    failure: undefined,
    foreign: undefined,
    ...changes,
  } as const
  const all = [
    change({}),
    change({ path: '/made', before: undefined }),
    change({ path: '/removed', after: undefined }),
    change({ kind: 'directory', path: '/d', before: undefined, after: undefined }),
    change({ kind: 'directory', path: '/new', before: undefined, after: undefined, made: true }),
  ]
  return { status, changes: all, restart: undefined }
}

test('as text', () => {
  expect(
    historyText(
      'cp1',
      [transaction({ failure: { code: 'not-serving', words: 'it does not serve' }, open: true })],
      plainStyle,
    ),
  ).toBe(
    [
      'cp1',
      '  20261124T000000000Z-0123ab  undone, still open  2026-11-24T00:00:00Z  a@b from 192.0.2.7',
      '      audit policy',
      '      nobody confirmed it within 120 s',
      '      it does not serve',
      '      ~ file /f',
      '      + file /made',
      '      - file /removed',
      '      ~ directory /d',
      '      + directory /new',
    ].join('\n'),
  )
  expect(historyText('cp1', [], plainStyle)).toBe('cp1\n  no transaction is kept')
})

test('text from another operator or from a host cannot draw on the terminal', () => {
  const origin = { who: '\u001b[2Ja@b', from: '\u009b', since: '\u001b[8m\ncp8', what: '\u202eyes\r\ncp9' }
  const said = {
    id: '\u001b[1A\ncp7',
    reason: { code: undefined, words: 'a\u0007\ncp6' },
    failure: { code: undefined, words: 'b\ncp5' },
  }
  const text = historyText('cp1', [transaction({ origin, ...said })], plainStyle)
  expect(text).toContain(String.raw`\u001b[2Ja@b from \u009b`)
  expect(text).toContain(String.raw`\u202eyes\u000d`)
  // eslint-disable-next-line no-control-regex -- control characters are just what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]|^cp[5-9]/m)
})

const host = { host: 'cp1', address: '192.0.2.1', transactions: [], error: undefined }
const lost = { ...host, error: new PlanewrightError('unreachable', 'lost') }
const broken = { ...host, error: new PlanewrightError('host', 'broken') }

test.each([
  ['all answered', [host], undefined, 0],
  ['one was lost', [host, lost], undefined, 3],
  ['a failure counts before a host that was lost', [lost, broken, host], undefined, 1],
  ['the call was wrong', [], new PlanewrightError('usage', 'no inventory was given'), 64],
])('as data: %s', (_name, hosts, error, exitCode) => {
  const made = makeHistory(hosts, error)
  expect(made.exitCode).toBe(exitCode)
  expect(History.parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
})

test('as data, with the action at each path', () => {
  const [told] = makeHistory([{ ...host, transactions: [transaction({})] }]).hosts
  expect(told?.transactions[0]).toMatchObject({
    ...{ state: 'undone', who: 'a@b', failure: null, failureCode: null },
    ...{ reason: 'nobody confirmed it within 120 s', reasonCode: 'unconfirmed' },
  })
  expect(told?.transactions[0]?.changes.map(({ path, action }) => [path, action])).toEqual([
    ['/f', 'changed'],
    ['/made', 'made'],
    ['/removed', 'removed'],
    ['/d', 'changed'],
    ['/new', 'made'],
  ])
})
