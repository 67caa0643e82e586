import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { connectSsh } from '../../src/connection/ssh.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

let sshd: Sshd

beforeAll(async () => {
  // While ten logins are under way, sshd drops more than half of all new connections.
  sshd = await startSshd({ config: ['MaxStartups 10:60:100'] })
})

afterAll(async () => {
  await sshd.stop()
})

/** Runs a user's program, and waits until it ends by itself. */
async function runProgram(lines: readonly string[]): Promise<string> {
  const module = new URL('../../src/connection/ssh.ts', import.meta.url).href
  const target = JSON.stringify(sshd.target('operator', { become: true }))
  const program = [
    `import { connectSsh } from ${JSON.stringify(module)}`,
    `const connection = await connectSsh(${target}, { readyTimeoutMs: 3_600_000 })`,
    ...lines,
  ].join('\n')
  const args = ['--input-type=module-typescript', '--eval', program]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 50_000 })
  return stdout
}

test('a program that closed its connection ends by itself', async () => {
  expect(
    await runProgram([
      "const { stdout } = await connection.run('echo in', { timeoutMs: 3_600_000 })",
      'await connection.close()',
      'console.log(`${stdout}out`)',
    ]),
  ).toBe('in\nout\n')
})

test('a program outlives the loss of a connection that it does not use, and ends by itself', async () => {
  expect(
    await runProgram([
      'await connection.run(\'kill -9 $(pgrep -f "[s]shd: operator")\', { timeoutMs: 60_000 }).catch(() => 0)',
      "console.log('alive')",
    ]),
  ).toBe('alive\n')
})

test('24 logins at once succeed, although sshd drops some of the connections', async () => {
  const connections = await Promise.all(
    Array.from({ length: 24 }, () => connectSsh(sshd.target('operator'), { readyTimeoutMs: 60_000 })),
  )
  const results = await Promise.all(connections.map((each) => each.run('id -un', { timeoutMs: 30_000 })))
  expect(new Set(results.map(({ stdout }) => stdout.toString()))).toEqual(new Set(['operator\n']))
  await Promise.all(connections.map((each) => each.close()))
  expect(await sshd.log()).toContain('MaxStartups')
})
