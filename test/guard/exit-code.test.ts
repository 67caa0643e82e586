import { execa } from 'execa'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { guardParts } from '../support/guard-script.ts'

const running = '{"Version":"v1","FinishedAt":0,"ExitCode":0}'
const ended = '{"Version":"v1","FinishedAt":1764100000000000000,"ExitCode":137}'

let root: string

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'planewright-exit-code-'))
})

afterEach(() => rm(root, { recursive: true, force: true }))

/** The guard's reason right after a crash and after the undo. containerd's record changes in between. */
async function reasons(atOnce: string, later: string): Promise<readonly string[]> {
  const record = path.join(root, 'containers', 'abc')
  await mkdir(record, { recursive: true })
  await writeFile(path.join(record, 'status'), atOnce)
  const script = [
    `root=${root} id=test transaction=${root} component=it known_containers= is_coded=yes crashed_container=`,
    ...guardParts,
    `containerd=${root}`,
    // Without crictl, the guard reads containerd's own record.
    'command() { return 1; }',
    'containers() { echo /var/log/containers/it_abc-abc.log; }',
    'last_words() { :; }',
    'crashed; record reason "$reason"; cat "$transaction/reason"',
    `printf '%s' '${later}' >${record}/status`,
    'note_exit_code; note_exit_code; cat "$transaction/reason"',
  ]
  const { stdout } = await execa('sh', ['-c', script.join('\n')])
  return stdout.split('\n')
}

test('an exit code that the runtime has noted is in the reason at once', async () => {
  expect(await reasons(ended, ended)).toEqual([
    'the new it does not stay up: its container ended with exit code 137',
    'the new it does not stay up: its container ended with exit code 137',
  ])
})

test('an exit code that the runtime notes later is in the reason after the undo', async () => {
  expect(await reasons(running, ended)).toEqual([
    'the new it does not stay up',
    'the new it does not stay up: its container ended with exit code 137',
  ])
})

test('without a noted exit code, the reason has none', async () => {
  expect(await reasons(running, running)).toEqual([
    'the new it does not stay up',
    'the new it does not stay up',
  ])
})
