import { execa } from 'execa'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/host/answer.ts'
import { guardParts } from '../support/guard-script.ts'

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
  await mkdir(`${root}/cgroup/podanother-pod.slice`, { recursive: true })
  const known = [sha256('old'), sha256('new')]
  await writeFile(
    `${root}/changes/0`,
    `file ${known.join(' ')} ${known.join(',')} 0600 0:0 open\n${manifest}\n${root}\n`,
  )
  await writeFile(`${root}/staged`, 'new')
})

afterEach(() => rm(root, { recursive: true, force: true }))

/** Puts the manifest in, lets the kubelet's time pass, and returns offer_again's exit code, its reason and the journal. */
async function offer(...meanwhile: readonly string[]): Promise<string> {
  const script = [
    `root=${root} id=ID transaction=${root} manifest=0 component=it kubelet_root=${root}/kubelet reason=''`,
    `cgroup_head=${root}/cgroup/pod cgroup_tail=.slice`,
    ...guardParts,
    'is_absent() { return 1; }',
    `load 0; mv ${root}/staged "$staged"; known_pods=$(list_pods); put_in "$staged"; read_clock`,
    // The first call is too early. The second and third come in time, and only one of them may put the manifest in.
    'offer_at=$((now + 1)); offer_again; ls "$transaction/journal" 2>/dev/null',
    ...['now=$offer_at', ...meanwhile, 'offer_again && offer_again', 'echo "$? $reason"'],
    'cat "$transaction/journal" 2>/dev/null || :',
  ]
  const { stdout } = await execa('sh', ['-c', script.join('\n')])
  return stdout
}

const offered = '0 \nthe kubelet had not taken it up: the manifest was offered again'

test('a manifest that the kubelet does not take up is put in again, once', async () => {
  expect(await offer()).toBe(offered)
  expect(await readFile(manifest, 'utf8')).toBe('new')
})

test.each([
  ['a folder', () => `mkdir ${pods}/this-pod`],
  ['a cgroup', () => `mkdir ${root}/cgroup/podthis-pod.slice`],
])('a manifest for which the kubelet has made %s is not put in again', async (_name, take) => {
  expect(await offer(take())).toBe('0 ')
})

test('without a kubelet, the manifest is not put in again', async () => {
  expect(await offer('is_absent() { :; }')).toBe('0 ')
})

test('a manifest that somebody else wrote meanwhile stays, and ends the transaction', async () => {
  expect(await offer(`printf theirs >${manifest}`)).toBe(`1 ${manifest} was edited by somebody else`)
  expect(await readFile(manifest, 'utf8')).toBe('theirs')
})

test('somebody else’s manifest also stays on a filesystem without hard links', async () => {
  const out = await offer('ln() { return 1; }', `printf theirs >${manifest}`)
  expect(out).toBe(`1 ${manifest} was edited by somebody else`)
  expect(await readFile(manifest, 'utf8')).toBe('theirs')
})

test('a manifest that cannot be read for a while does not count as edited', async () => {
  expect(await offer('sha256sum() { return 1; }', 'sleep() { :; }')).toBe('0 ')
  expect(await readFile(manifest, 'utf8')).toBe('new')
  expect(existsSync(`${root}/foreign`)).toBe(false)
})

test('a manifest that somebody removes meanwhile stays removed', async () => {
  expect(await offer(`rm ${manifest}`)).toBe('0 ')
  expect(existsSync(manifest)).toBe(false)
})
