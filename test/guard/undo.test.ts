import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/host/answer.ts'
import { guardParts } from '../support/guard-script.ts'

const old = 'old\n'.repeat(10_000)

let root: string
let transaction: string
let manifest: string

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'planewright-undo-'))
  transaction = path.join(root, 'ID')
  manifest = path.join(root, 'manifests', 'pod.yaml')
  for (const folder of ['changes', 'backup', 'modes'])
    await mkdir(path.join(transaction, folder), { recursive: true })
  await mkdir(path.dirname(manifest))
  const [before, after] = [sha256(old), sha256('new')]
  const { uid, gid } = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  await writeFile(
    path.join(transaction, 'changes', '0'),
    `file ${before} ${after} ${before},${after} 0600 ${uid}:${gid} open\n${manifest}\n${root}\n`,
  )
  await writeFile(path.join(transaction, 'backup', '0'), old)
  await writeFile(path.join(transaction, 'modes', '0'), `640 ${uid}:${gid}\n`)
})

afterEach(() => rm(root, { recursive: true, force: true }))

async function run(...lines: readonly string[]): Promise<string> {
  const place = `root=${root} id=ID transaction=${transaction} manifest=0 is_rebooted=no component=sleep old_pid=0 old_ticks=0`
  const script = [place, ...guardParts, ...lines]
  const { stdout } = await execa('sh', ['-c', script.join('\n')])
  return stdout
}

test('half a copy is never put in as the old manifest', async () => {
  const out = await run(
    // The disk is full at the first attempt, and not at the second.
    'copy() { head -c 100 "$1" >"$2"; return 1; }',
    'put_old_in; echo $?',
    'copy() { cp -p -- "$1" "$2"; }',
    'put_old_in; echo $?',
    `stat -c %a ${manifest}`,
  )
  expect(out).toBe('1\n0\n640')
  expect(await readFile(manifest, 'utf8')).toBe(old)
})

test('a manifest that cannot be read fails the undo, and does not count as edited', async () => {
  await writeFile(manifest, 'new')
  const out = await run(
    'sha256sum() { return 1; }',
    'sleep() { :; }',
    'load 0',
    'is_foreign; echo $?',
    'restore; echo $?',
  )
  expect(out).toBe('1\n1')
})

test('on a filesystem without hard links the manifest is put in with a rename', async () => {
  await writeFile(path.join(root, 'staged'), old)
  expect(await run('ln() { return 1; }', `load 0; put_in ${root}/staged; echo $?`)).toBe('0')
  expect(await readFile(manifest, 'utf8')).toBe(old)
})

test('a manifest is never put in over one that somebody wrote meanwhile', async () => {
  await writeFile(path.join(root, 'staged'), old)
  await writeFile(manifest, 'theirs')
  expect(await run(`load 0; put_in ${root}/staged; echo $?`)).toBe('1')
  expect(await readFile(manifest, 'utf8')).toBe('theirs')
})

test('the process to undo is recorded once, because a resumed undo may find the restored process', async () => {
  await writeFile(manifest, 'new')
  const out = await run(
    'touched=patient',
    `cp "$(command -v sleep)" ${root}/pw-test-undo; component=pw-test-undo`,
    `${root}/pw-test-undo 60 >/dev/null & first=$! second=; trap 'kill $first $second 2>/dev/null' EXIT`,
    'until find_ours; do :; done; undoing=$our_pid:$our_ticks',
    'withdraw; [ "$undone_process" = "$undoing" ] && echo first',
    'kill "$first"; wait "$first" 2>/dev/null',
    `${root}/pw-test-undo 60 >/dev/null & second=$!`,
    'until find_ours; do :; done',
    'withdraw; [ "$undone_process" = "$undoing" ] && echo again',
  )
  expect(out).toBe('first\nagain')
})

test('an undo does not take away a manifest that is already the old one', async () => {
  await writeFile(manifest, old)
  const out = await run(
    ...['find_ours() { return 1; }', 'find_kubelet() { kubelet_pid=1 kubelet_condition=S; }'],
    ...['stop() { echo taken away; }', 'touched=swift', 'withdraw', 'printf new >"$path"', 'withdraw'],
  )
  expect(out).toBe('taken away')
})

test('a process that has ended counts as a crash, even if the transaction was just canceled', async () => {
  await writeFile(path.join(transaction, 'cancel'), 'it was seen to go\n')
  const out = await run(
    'confirm_timeout=60 new_pid=0 new_ticks=0',
    'crashed() { reason="it crashed"; }',
    'await_confirmation; echo "$? $reason"',
    'is_running() { :; }',
    'await_confirmation; echo "$? $reason"',
  )
  expect(out).toBe('1 it crashed\n1 it was seen to go')
})

describe('the old process has four minutes, as kubeadm gives a control plane', () => {
  /** A clock that runs fast, and an apiserver that listens after so many seconds. */
  const recoverAfter = (seconds: number) => [
    'elapsed=0',
    'read_clock() { now=$elapsed; }',
    'pause() { elapsed=$((elapsed + 500)); now=$elapsed; }',
    'find_kubelet() { kubelet_pid=1 kubelet_condition=S; }',
    `find_ours() { our_pid=1 our_ticks=1; [ "$elapsed" -ge ${seconds * 100} ]; }`,
    'listens() { :; }; is_as_before() { :; }; hold_process() { :; }; is_running() { :; }; is_ready() { :; }',
    'find_back_off() { return 1; }; last_words() { :; }',
    'undone_process= server= is_rebooted=no',
    'await_recovery; echo "$? $reason_code"',
  ]

  test.each([
    { seconds: 200, end: '0 ' },
    { seconds: 250, end: '1 not-serving' },
  ])('$seconds s after the undo: $end', async ({ seconds, end }) => {
    expect(await run('reason_code=', ...recoverAfter(seconds))).toBe(end)
  })
})

test('an undo that cannot bring the manifest back says so at once, and names every file that is missing', async () => {
  await writeFile(path.join(transaction, 'touched'), 'swift\n')
  await writeFile(path.join(transaction, 'undo-order'), '0\n1\n')
  const out = await run(
    'withdraw() { :; }; enter() { :; }; note_exit_code() { :; }; conclude() { echo "$1"; exit; }',
    'load() { path=/file-$1; }; restore() { return 1; }; bring_old_in() { path=/manifest; return 1; }',
    'await_recovery() { echo waited; }; record_reason() { echo "$2 $3"; }',
    'ran=yes crashed_container= ; undo',
  )
  expect(out).toBe('not-restored these old files could not be put back: /file-1 /manifest\nfailed')
})

describe('a pod that waited for a file and now runs', () => {
  const policy = () => path.join(root, 'policy.yaml')

  beforeEach(async () => {
    // The manifest did not change. The file for which the pod waited is new.
    await writeFile(manifest, old)
    await writeFile(policy(), 'policy')
    await writeFile(
      path.join(transaction, 'changes', '1'),
      `file - ${sha256('policy')} -,${sha256('policy')} 0600 0:0 open\n${policy()}\n${root}\n`,
    )
    await writeFile(path.join(transaction, 'undo-order'), '1\n0\n')
    await writeFile(path.join(transaction, 'touched'), 'await\n')
  })

  const undo = (...lines: readonly string[]) =>
    run(
      // This machine may run a program of that name, which the test must not find.
      'component=kube-apiserver old_pid=0 old_ticks=0 others= arguments= ran=no is_coded=yes count=2',
      'finish() { exit 0; }',
      `find_ours() { our_pid=1 our_ticks=1; }`,
      ...lines,
      'undo',
    )
  const told = (name: string) => readFile(path.join(transaction, name), 'utf8')
  const takenAway = `stop() { load "$manifest"; mv -- "$path" "$staged.withdrawn"; `

  test.each([
    ['and does not go', `${takenAway} reason='it is still there'; return 1; }`, 'it is still there'],
    ['where no kubelet takes it down', 'is_absent() { absent="no kubelet runs"; }', 'no kubelet runs'],
  ])('%s keeps the file, and the transaction has failed', async (_name, fault, why) => {
    await undo(`reason='nobody confirmed it'`, 'is_absent() { return 1; }', fault)
    expect(await told('state')).toBe('failed\n')
    expect(await told('failure')).toBe(
      `kube-apiserver has come and does not go, so it keeps the files that it came with: ${why}\n`,
    )
    expect(await readFile(policy(), 'utf8')).toBe('policy')
    expect(await readFile(manifest, 'utf8')).toBe(old)
  })

  test('and is taken down: the undo restores everything', async () => {
    await undo('is_absent() { return 1; }', `${takenAway} }`)
    expect(await told('state')).toBe('undone\n')
    expect(existsSync(policy())).toBe(false)
    expect(await readFile(manifest, 'utf8')).toBe(old)
  })
})
