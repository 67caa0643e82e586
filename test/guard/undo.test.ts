import { execa } from 'execa'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/host/answer.ts'
import { processScript } from '../../src/host/process-script.ts'

const read = (name: string) => readFile(new URL(`../../src/guard/${name}`, import.meta.url), 'utf8')
const [files, state, staticPod, guard] = await Promise.all(
  ['files.sh', 'state.sh', 'static-pod.sh', 'guard.sh'].map(read),
)
/** The guard's functions, without what it does with them. */
const functions = guard?.slice(guard.indexOf('# finish:'), guard.indexOf('is_rebooted=no\n'))

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
  const script = [place, processScript, files, state, staticPod, functions, ...lines]
  const { stdout } = await execa('sh', ['-c', script.join('\n')])
  return stdout
}

test('a copy that was cut short is never put in as the old manifest', async () => {
  const out = await run(
    // The disk is full at the first try, and is not at the second.
    'copy() { head -c 100 "$1" >"$2"; return 1; }',
    'put_old_in; echo $?',
    'copy() { cp -p -- "$1" "$2"; }',
    'put_old_in; echo $?',
    `stat -c %a ${manifest}`,
  )
  expect(out).toBe('1\n0\n640')
  expect(await readFile(manifest, 'utf8')).toBe(old)
})

test('what cannot be read is a failure of the undo, and nobody’s edit', async () => {
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

test('a filesystem without hard links takes the manifest by a rename', async () => {
  await writeFile(path.join(root, 'staged'), old)
  expect(await run('ln() { return 1; }', `load 0; put_in ${root}/staged; echo $?`)).toBe('0')
  expect(await readFile(manifest, 'utf8')).toBe(old)
})

test('but never over one that somebody put there meanwhile', async () => {
  await writeFile(path.join(root, 'staged'), old)
  await writeFile(manifest, 'theirs')
  expect(await run(`load 0; put_in ${root}/staged; echo $?`)).toBe('1')
  expect(await readFile(manifest, 'utf8')).toBe('theirs')
})

test('which process has to go is noted once: an undo that is taken up again may find the one that is back', async () => {
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

test('a manifest that is the old one already is not taken away for the undo', async () => {
  await writeFile(manifest, old)
  const out = await run(
    ...['find_ours() { return 1; }', 'find_kubelet() { kubelet_pid=1 kubelet_condition=S; }'],
    ...['stop() { echo taken away; }', 'touched=swift', 'withdraw', 'printf new >"$path"', 'withdraw'],
  )
  expect(out).toBe('taken away')
})
