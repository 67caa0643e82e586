import { execa } from 'execa'
import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Reason } from '../../src/guard/reason.ts'
import { readTransactionStatus } from '../../src/guard/transaction-status.ts'
import { guardReasonCodes, type GuardReasonCode } from '../../src/reason-code.ts'
import { guardParts } from '../support/guard-script.ts'

const folder = new URL('../../src/guard/', import.meta.url)
const scripts = [...globSync('*.sh', { cwd: folder }), 'scripts.ts'].map((name) =>
  readFileSync(new URL(name, folder), 'utf8'),
)

/** The commands in the scripts that give a reason. */
const commands = scripts
  .flatMap((script) => script.split('\n'))
  .filter((line) => !line.trimStart().startsWith('#'))
  .flatMap((line) => line.match(/\b(?:because|why|fail|take_back) ["'$\w].*?(?=; fi$|`\]|$)/g) ?? [])

/**
 * Each code with the texts that a person reads beside it. `canceled` is not here, because its text is what a person writes
 * by hand.
 */
const table: Readonly<Record<Exclude<GuardReasonCode, 'canceled'>, readonly string[]>> = {
  withdrawn: ['WHY'],
  unattended: ['whoever applied it is gone'],
  unconfirmed: ['nobody confirmed it within 60 s'],
  'guard-interrupted': ['the guard was interrupted while the transaction was starting'],
  rebooted: ['the host was booted before the change had begun'],
  edited: ['/path was edited by somebody else', '/path was edited by somebody else during the transaction'],
  'changed-since-survey': ['/path changed between the survey and the write'],
  'not-taken-away': ['/path cannot be taken away: no space'],
  'not-put-in': ['/path could not be put in', '/path could not be put in again'],
  'no-kubelet': ['no kubelet runs', 'no kubelet runs: nothing would restart etcd'],
  'kubelet-stopped': ['the kubelet is stopped (SIGSTOP)'],
  'not-ended': ['the old etcd is still there: the kubelet does not take it down'],
  'not-forgotten': ['the kubelet does not forget the old pod'],
  'not-startable': ['the kubelet cannot start the new etcd'],
  'held-back': [
    'REASON: after earlier crashes of the same manifest the kubelet holds it back for 2m40s (CrashLoopBackOff)',
  ],
  'not-listening': ['no new etcd listens after 7 s'],
  crashed: [
    'the new etcd does not stay up',
    'the new etcd does not stay up: its container ended with exit code 3',
  ],
  'command-failed': ['no space'],
  'not-serving': ['etcd does not serve with its old files'],
  'not-ready': ['etcd is not ready with its old files'],
  'not-restored': [
    'these old files could not be put back: /other',
    'these old files could not be put back: /other /path',
  ],
  'pod-stays': ['etcd has come and does not go, so it keeps the files that it came with: REASON'],
}

/** Runs these lines after the guard's functions, and returns the lines of their output. */
async function run(...lines: readonly string[]): Promise<readonly string[]> {
  const script = ['root=/root id=ID transaction=/none', ...guardParts, ...lines]
  const { stdout } = await execa('sh', ['-c', script.join('\n')])
  return stdout.split('\n')
}

const givers = ['because', 'why', 'fail', 'take_back']

/** All reasons in the scripts as `CODE WORDS`. It leaves out commands that pass on another reason, which have no code. */
async function given(): Promise<readonly string[]> {
  const lines = await run(
    "left=' /other'",
    'path=/path component=etcd state=starting confirm_timeout=60 began=0 now=700 back_off=2m40s exit_code=3',
    'tail() { printf "no space"; }',
    ...givers.map((name) => `${name}() { printf '%s %s\\n' "$1" "$2"; }`),
    ...commands.flatMap((command) => [
      "absent_code=no-kubelet absent='no kubelet runs' reason_code='' reason=REASON",
      command.replace('${quote(why)}', 'WHY'),
    ]),
    'find_kubelet() { :; }',
    ...['kubelet_pid=0', 'kubelet_pid=1 kubelet_condition=T'].map(
      (kubelet) => `${kubelet}; is_absent; because "$absent_code" "$absent"`,
    ),
  )
  return lines.filter((line) => !line.startsWith(' '))
}

test('the scripts give exactly the reasons of the table, each with its code', async () => {
  const wanted = Object.entries(table).flatMap(([code, words]) => words.map((one) => `${code} ${one}`))
  expect([...new Set(await given())].toSorted()).toEqual(wanted.toSorted())
  expect([...Object.keys(table), 'canceled'].toSorted()).toEqual([...guardReasonCodes].toSorted())
})

test.each([
  ['of a person by hand has words alone', `'undone by hand\n'`, 'canceled undone by hand'],
  ['without a newline', `'undone by hand'`, 'canceled undone by hand'],
  ['of planewright has its code', `'it crashed\nwithdrawn\n'`, 'withdrawn it crashed'],
  ['of the next run has its code', `'they are gone\nunattended\n'`, 'unattended they are gone'],
  ['of a person who wrote two lines', `'one\ntwo\n'`, 'canceled one'],
])('a transaction that is taken back: %s', async (_name, file, wanted) => {
  const place = `transaction=$(mktemp -d); trap 'rm -r "$transaction"' EXIT; printf ${file} >"$transaction/cancel"`
  expect(await run(place, 'because crashed x; read_cancel; echo "$reason_code $reason"')).toEqual([wanted])
})

test('the code is written before the words, so that the words never exist without it', async () => {
  expect(await run('record() { echo "$@"; }', 'why unconfirmed "in vain"')).toEqual([
    'reason-code unconfirmed',
    'reason in vain',
  ])
})

test.each<[string, Readonly<Record<string, string>>, Reason | undefined]>([
  [
    'with its code',
    { reason: 'it crashed\n', 'reason-code': 'crashed\n' },
    { code: 'crashed', words: 'it crashed' },
  ],
  ['of an older planewright', { reason: 'it crashed\n' }, { code: undefined, words: 'it crashed' }],
  [
    'of a newer one',
    { reason: 'it melted\n', 'reason-code': 'melted\n' },
    { code: undefined, words: 'it melted' },
  ],
  ['that is not whole yet', { 'reason-code': 'crashed\n' }, undefined],
])('a reason is read %s', (_name, files, wanted) => {
  const lines = Object.entries(files).map(
    ([name, text]) => `${name} ${Buffer.from(text).toString('base64')}\n`,
  )
  const described = `transaction ID\nstate undone\nguard no\nopen no\n${lines.join('')}`
  expect(readTransactionStatus(Buffer.from(described))?.reason).toEqual(wanted)
})
