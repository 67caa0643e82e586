import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { frameScript } from '../../src/connection/exchange.ts'
import { MarkReader } from '../../src/connection/mark-reader.ts'
import { PersistentShell } from '../../src/connection/persistent-shell.ts'

let child: ChildProcessWithoutNullStreams
let shell: PersistentShell

beforeEach(() => {
  child = spawn('/bin/sh', { stdio: 'pipe' })
  shell = new PersistentShell(child.stdin, new MarkReader(child.stdout), new MarkReader(child.stderr))
})

afterEach(() => {
  child.kill('SIGKILL')
})

test('a script is one word on one line, and never contains its whole nonce', () => {
  const { request, end } = frameScript("echo 'a'\necho b")
  const nonce = end.toString().slice(0, -1)
  expect(nonce).toMatch(/^[0-9a-f]{32}$/)
  expect(request.toString()).not.toContain(nonce)
  expect(frameScript('true').end).not.toEqual(frameScript('true').end)
})

test('scripts have no stdin, and no effect on each other', async () => {
  const first = await shell.exchange(frameScript('cat; cd /tmp; x=1; set -e; trap "echo bye" EXIT; exit 7'))
  expect(first).toMatchObject({ code: 7, stdout: Buffer.from('bye\n') })
  const second = await shell.exchange(frameScript('echo "$x"; pwd; false; echo on'))
  expect(second.stdout.toString()).toBe(`\n${process.cwd()}\non\n`)
  expect(shell.exchanges).toBe(2)
})

test('the output of a process that was left running is not taken for the next script’s', async () => {
  await shell.exchange(frameScript('(sleep 0.1; echo late; echo later >&2) & :'))
  await new Promise((resolve) => setTimeout(resolve, 300))
  const { stdout, stderr } = await shell.exchange(frameScript('echo mine'))
  expect([stdout.toString(), stderr.toString()]).toEqual(['mine\n', ''])
})

test('a shell that is killed gives no result, and stays dead', async () => {
  await expect(shell.exchange(frameScript('echo some; kill -9 $$'))).rejects.toMatchObject({
    code: 'unreachable',
  })
  await expect(shell.exchange(frameScript('true'))).rejects.toMatchObject({ code: 'unreachable' })
})
