import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/host/answer.ts'
import { processScript } from '../../src/host/process-script.ts'

const read = (name: string) => readFile(new URL(`../../src/guard/${name}`, import.meta.url), 'utf8')
const parts = [processScript, ...(await Promise.all(['files.sh', 'state.sh', 'static-pod.sh'].map(read)))]

let root: string
let manifest: string
let pods: string

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'planewright-offer-'))
  manifest = path.join(root, 'manifests', 'pod.yaml')
  pods = path.join(root, 'kubelet', 'pods')
  await Promise.all(
    [path.dirname(manifest), pods, `${root}/changes`].map((at) => mkdir(at, { recursive: true })),
  )
  await mkdir(path.join(pods, 'another-pod'))
  const known = [sha256('old'), sha256('new')]
  await writeFile(
    `${root}/changes/0`,
    `file ${known.join(' ')} ${known.join(',')} 0600 0:0 open\n${manifest}\n${root}\n`,
  )
  await writeFile(`${root}/staged`, 'new')
})

afterEach(() => rm(root, { recursive: true, force: true }))

/** What the guard notes when it has put the manifest in, and the kubelet has had its time. */
async function offer(...meanwhile: readonly string[]): Promise<string> {
  const script = [
    `root=${root} id=ID transaction=${root} manifest=0 component=it kubelet_root=${root}/kubelet offer_at=`,
    ...parts,
    'taking_up=30',
    'is_fresh_kubelet() { return 1; }',
    'is_absent() { return 1; }',
    `load 0; put_in ${root}/staged`,
    'offer_again ""; until [ "$now" -ge "$offer_at" ]; do pause; done',
    ...meanwhile,
    'offer_again "" && offer_again "" && cat "$transaction/journal"',
  ]
  const { stdout } = await execa('sh', ['-c', script.join('\n')], { reject: false })
  return stdout
}

test('a manifest that the kubelet does not take up is offered again, once', async () => {
  expect(await offer()).toBe('not taken up: the manifest is offered again')
  expect(await readFile(manifest, 'utf8')).toBe('new')
})

test('one that it takes up is not', async () => {
  expect(await offer(`mkdir ${pods}/this-pod`)).toBe('')
})

test('nor where no kubelet is there, or another one than at the beginning', async () => {
  expect(await offer('is_absent() { :; }')).toBe('')
  await rm(manifest)
  await writeFile(`${root}/staged`, 'new')
  expect(await offer('is_fresh_kubelet() { :; }')).toBe('')
})

test('what somebody else wrote there meanwhile stays', async () => {
  expect(await offer(`printf theirs >${manifest}`)).toBe('')
  expect(await readFile(manifest, 'utf8')).toBe('theirs')
})

test('one that somebody takes away meanwhile stays away', async () => {
  expect(await offer(`rm ${manifest}`)).toBe('')
  expect(existsSync(manifest)).toBe(false)
})

/** What becomes of a wait for processes of these numbers, one a look; 0 for none. The last one listens. */
async function start(excused: string, ...pids: readonly number[]): Promise<string> {
  const script = [
    `root=${root} id=ID transaction=${root} component=it arguments= awaited=no old_pid=0 offer_at= excused=${excused}`,
    ...parts,
    'pod_logs() { :; }',
    'containers() { :; }',
    'watch_kubelet() { :; }',
    'hold_process() { :; }',
    `looks=0; set -- ${pids.join(' ')}; pids="$*"`,
    'find_latest() { set -- $pids; new_pid=$1 new_ticks=1; shift; [ "$#" = 0 ] || pids="$*"; [ "$new_pid" != 0 ]; }',
    'listens() { set -- $pids; [ "$#" = 1 ]; }',
    'crashed() { reason=crashed; }',
    'await_start ""; echo "$? $reason$new_pid"',
  ]
  const { stdout } = await execa('sh', ['-c', `reason=\n${script.join('\n')}`])
  return stdout
}

test.each([
  ['goes', [7, 0, 8, 8]],
  ['is followed by another', [7, 8, 8]],
])('a process that %s is excused once, where the manifest was offered again', async (_name, pids) => {
  expect(await start("''", ...pids)).toMatch(/^1 crashed/)
  expect(await start('no', ...pids)).toBe('0 8')
  expect(await start('no', 6, 0, ...pids)).toMatch(/^1 crashed/)
})
