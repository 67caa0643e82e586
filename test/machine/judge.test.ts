import { describe, expect, test } from 'vitest'
import { readDescription, type Description } from './description.ts'
import { judge } from './judge.ts'
import { parseTransaction } from './transaction.ts'

const [old, fresh, policy, other] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(64))
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const policyFile = '/etc/kubernetes/audit-policy.yaml'

const before = readDescription(`sum ${old} ${manifest}
entry f 600 0:0 ${manifest}\t
entry l 777 0:0 /etc/systemd/system/kubelet.service\t/dev/null
`)

const staged = `change directory absent present - 0755 0:0 open\t/var/log/kubernetes/audit
change file - ${policy} -,${policy} 0600 0:0 open\t${policyFile}
change file ${old} ${fresh} ${old},${fresh} 0600 0:0 open\t${manifest}
`

const wanted: Description = {
  ...before,
  [manifest]: `f 600 0:0 ${fresh}`,
  [policyFile]: `f 600 0:0 ${policy}`,
  '/var/log/kubernetes': 'd 755 0:0',
  '/var/log/kubernetes/audit': 'd 755 0:0',
}

const look = (now: Description, state: string, lastSeen = 'starting', isSettled = true) =>
  judge({
    before,
    now,
    transaction: parseTransaction(`state ${state}\nreason \n${staged}`),
    isSettled,
    lastSeen,
  })

test('a host is described by type, mode, owner and content', () => {
  expect(before).toEqual({
    [manifest]: `f 600 0:0 ${old}`,
    '/etc/systemd/system/kubelet.service': 'l 777 0:0 /dev/null',
  })
})

test('as before, undone', () => {
  expect(look(before, 'undone')).toEqual({ outcome: 'as before', problems: [] })
})

test('as before, and nothing was ever staged', () => {
  const evidence = { before, now: before, isSettled: true, lastSeen: 'nothing' }
  expect(judge({ ...evidence, transaction: undefined })).toEqual({ outcome: 'as before', problems: [] })
})

test('as before, with the folder of the log', () => {
  const now = { ...before, '/var/log/kubernetes/audit': 'd 755 0:0' }
  expect(look(now, 'undone')).toEqual({ outcome: 'as before', problems: [] })
})

test('as wanted, confirmed', () => {
  expect(look(wanted, 'confirmed', 'ended')).toEqual({ outcome: 'as wanted', problems: [] })
})

test.each<[title: string, now: Description, state: string, lastSeen: string, problem: RegExp]>([
  [
    'cut short',
    { ...before, [manifest]: `f 600 0:0 ${other}` },
    'undone',
    'starting',
    /kube-apiserver\.yaml: f 600/,
  ],
  [
    'of another owner',
    { ...before, [manifest]: `f 600 1:0 ${old}` },
    'undone',
    'starting',
    /1:0 a+ \(expected: f 600 0:0/,
  ],
  [
    'half as wanted',
    { ...before, [policyFile]: `f 600 0:0 ${policy}` },
    'undone',
    'starting',
    /audit-policy/,
  ],
  [
    'with something left',
    { ...before, '/etc/kubernetes/.planewright-1-0': `f 600 0:0 ${policy}` },
    'undone',
    'writing',
    /\.planewright-1-0/,
  ],
  ['undone and as wanted', wanted, 'undone', 'starting', /is undone, but the host is as wanted/],
  ['confirmed and as before', before, 'confirmed', 'serving', /is confirmed, but the host is as before/],
  ['confirmed before, undone now', before, 'undone', 'confirmed', /was confirmed before the power went/],
  ['failed', before, 'failed', 'starting', /the transaction is failed/],
])('what is %s is a problem', (_, now, state, lastSeen, problem) => {
  expect(look(now, state, lastSeen).problems.join('\n')).toMatch(problem)
})

describe('a stage that the power cut ended', () => {
  const copy = '/etc/kubernetes/.planewright-20261128T065048166Z-417082-1'
  const now = { ...before, [copy]: `f 600 0:0 ${policy}` }

  test.each(['', 'staged'])('may leave its copies if its state is %j', (state) => {
    expect(look(now, state, 'staging')).toEqual({ outcome: 'as before', problems: [] })
  })

  test.each([
    ['while it is open', now, 'staged', false],
    ['if its guard has begun', now, 'writing', true],
    ['if something else is left', { ...now, '/etc/kubernetes/x': `f 600 0:0 ${policy}` }, '', true],
  ] as const)('is a problem %s', (_when, left, state, isSettled) => {
    expect(look(left, state, 'staging', isSettled).problems).not.toEqual([])
  })
})

test('an open transaction is a problem', () => {
  expect(look(before, 'undone', 'starting', false).problems).toEqual([
    'the transaction is still open: it is undone',
  ])
})
