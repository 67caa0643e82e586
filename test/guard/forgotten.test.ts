import { execa } from 'execa'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { guardParts } from '../support/guard-script.ts'

const uid = '06e6087bee5915129f719cb174829335'
const second = 100

let root: string
let folder: string
let cgroup: string

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'planewright-forgotten-'))
  folder = path.join(root, 'kubelet/pods', uid, 'containers/kube-apiserver')
  cgroup = path.join(root, 'cgroup', `pod${uid}.slice`)
  await mkdir(folder, { recursive: true })
  await mkdir(cgroup, { recursive: true })
})

afterEach(() => rm(root, { recursive: true, force: true }))

/** The hundredths of a second that the guard waits, while these commands play the kubelet. */
async function wait(ended: string, kubelet: readonly string[], head = `${root}/cgroup/pod`): Promise<number> {
  const script = [
    `root=${root} id=test transaction=${root}`,
    ...guardParts,
    `component=kube-apiserver kubelet_root=${root}/kubelet cgroup_head=${head} cgroup_tail=.slice is_coded=yes`,
    'read_clock; from=$now',
    `{ ${kubelet.join('; ')}; } >/dev/null 2>&1 &`,
    `await_forgotten ${ended} ${folder} || echo "$reason"`,
    'echo $((now - from))',
  ]
  const { stdout } = await execa('sh', ['-c', script.join('\n')])
  return Number(stdout)
}

const removeFolder = (): string => `rm -rf ${path.dirname(folder)}`
const removeCgroup = (): string => `rmdir ${cgroup}`

test('a cgroup that is gone before the folder ends the wait', async () => {
  const waited = await wait('0', ['sleep 0.5', removeCgroup(), 'sleep 2', removeFolder()])
  expect(waited).toBeGreaterThanOrEqual(0.5 * second)
  expect(waited).toBeLessThan(1.5 * second)
})

test.each([
  ['at once', []],
  ['later', ['sleep 0.3']],
])('a cgroup that goes after the folder, %s, does not end the wait', async (_name, between) => {
  const waited = await wait('0', ['sleep 0.3', removeFolder(), ...between, removeCgroup()])
  expect(waited).toBeGreaterThanOrEqual(1.6 * second)
})

test('without a known cgroup, the end of the folder does not end the wait', async () => {
  expect(await wait('0', ['sleep 0.3', removeFolder()], "''")).toBeGreaterThanOrEqual(1.6 * second)
})

test('a process that ended long ago shortens the wait', async () => {
  expect(await wait('"$((now - 200))"', ['sleep 0.3', removeFolder()])).toBeLessThan(1.3 * second)
})
