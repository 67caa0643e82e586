import { assert, asyncProperty, array, oneof, constantFrom, string } from 'fast-check'
import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Connection } from '../../src/connection/connection.ts'
import { quote } from '../../src/connection/shell.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { startSshd } from '../support/sshd.ts'
import type { Sshd } from '../support/sshd.ts'

const IN_TIME = { timeoutMs: 60_000 }

describe.each(['dash', 'bash', 'busybox'] as const)('scripts where /bin/sh is %s', (shell) => {
  let sshd: Sshd
  let connection: Connection

  beforeAll(async () => {
    sshd = await startSshd({ shell })
    connection = await connectSsh(sshd.target('operator', { become: true }), { readyTimeoutMs: 60_000 })
  })

  afterAll(async () => {
    await connection.close()
    await sshd.stop()
  })

  async function run(script: string) {
    const { code, stdout, stderr } = await connection.run(script, IN_TIME)
    return { code, stdout: stdout.toString(), stderr: stderr.toString() }
  }

  test('the scripts run in that shell', async () => {
    expect(await run('readlink /proc/$$/exe')).toMatchObject({
      stdout: expect.stringContaining(shell) as string,
    })
  })

  test.each<[script: string, result: { code: number; stdout: string; stderr: string }]>([
    ['', { code: 0, stdout: '', stderr: '' }],
    ['echo out; echo err >&2; exit 3', { code: 3, stdout: 'out\n', stderr: 'err\n' }],
    ['printf no-newline; printf none-here >&2', { code: 0, stdout: 'no-newline', stderr: 'none-here' }],
    [
      'echo \'single\' "double" `echo back` $(echo sub)',
      { code: 0, stdout: 'single double back sub\n', stderr: '' },
    ],
    ['echo é 日本 😀', { code: 0, stdout: 'é 日本 😀\n', stderr: '' }],
    ['printf %s -n', { code: 0, stdout: '-n', stderr: '' }],
    ['cat', { code: 0, stdout: '', stderr: '' }],
    ['read line; echo "<$line>"', { code: 0, stdout: '<>\n', stderr: '' }],
    ['cat <<EOF\nhere $((1 + 1))\nEOF\n', { code: 0, stdout: 'here 2\n', stderr: '' }],
    ["cat <<'EOF'\nraw $x ' \" ` \\ \nEOF", { code: 0, stdout: 'raw $x \' " ` \\ \n', stderr: '' }],
    ['set -eu; false; echo never', { code: 1, stdout: '', stderr: '' }],
    ['trap "echo trapped" EXIT; exit 4', { code: 4, stdout: 'trapped\n', stderr: '' }],
    ['exec echo replaced', { code: 0, stdout: 'replaced\n', stderr: '' }],
    ['f() { return 5; }; f', { code: 5, stdout: '', stderr: '' }],
    ['# only a comment', { code: 0, stdout: '', stderr: '' }],
    ['echo last \\', { code: 0, stdout: expect.stringMatching(/^last/) as string, stderr: '' }],
  ])('%j', async (script, result) => {
    expect(await run(script)).toEqual(result)
  })

  test('a script that a signal ends has the shell’s code for it, and stays out of the shell’s message', async () => {
    const result = await run(`echo half; kill -9 $(sh -c 'echo $PPID')`)
    expect(result).toMatchObject({ code: 137, stdout: 'half\n' })
    expect(result.stderr).not.toContain('half')
  })

  test('a script with a syntax error fails, and does not disturb the next one', async () => {
    expect(await run('if ; then')).toMatchObject({ code: 2, stdout: '' })
    expect(await run('-n leading dash')).toMatchObject({ code: 127, stdout: '' })
    expect(await run("echo 'open")).not.toMatchObject({ code: 0 })
    expect(await run('echo well')).toEqual({ code: 0, stdout: 'well\n', stderr: '' })
  })

  test('a script does not change the state of the next one', async () => {
    await run('cd /tmp; x=1; umask 077; set -x; exec >/dev/null 2>&1; trap "" TERM')
    expect(await run('echo "<${x-}>"; pwd; umask')).toEqual({ code: 0, stdout: '<>\n/\n0022\n', stderr: '' })
  })

  test('the shell prints English messages, and finds programs in sbin', async () => {
    expect(await run('echo $LC_ALL; command -v sshd; ls /nowhere')).toMatchObject({
      stdout: 'C\n/usr/sbin/sshd\n',
      stderr: expect.stringContaining('No such file or directory') as string,
    })
  })

  test('a quoted text comes back unchanged', async () => {
    const hostile = oneof(
      string({ unit: 'binary' }),
      array(
        constantFrom("'", '"', '\\', '$', '`', '\n', '!', '-', ' ', '*', '~', '\r', 'é', '😀', '\u2028', 'a'),
        {
          maxLength: 12,
        },
      ).map((characters) => characters.join('')),
    ).filter((text) => !text.includes('\0'))
    await assert(
      asyncProperty(array(hostile, { minLength: 1, maxLength: 40 }), async (words) => {
        const { stdout } = await run(`printf '%s\\0' ${words.map((word) => quote(word)).join(' ')}`)
        expect(stdout.split('\0').slice(0, -1)).toEqual(words)
      }),
      { numRuns: 60 },
    )
  })

  test('bytes come back unchanged, even half a character', async () => {
    const { stdout } = await connection.run(
      String.raw`printf '\303'; sleep 0.2; printf '\251\377\000\001'`,
      IN_TIME,
    )
    expect(stdout).toEqual(Buffer.from([0xc3, 0xa9, 0xff, 0x00, 0x01]))
  })

  test('megabytes come back from both pipes at the same time', async () => {
    const script = 'head -c 5000000 /dev/zero & head -c 3000000 /dev/zero >&2; wait'
    const { stdout, stderr } = await connection.run(script, IN_TIME)
    expect([stdout.length, stderr.length]).toEqual([5_000_000, 3_000_000])
  })

  test('megabytes of random bytes come back unchanged', async () => {
    const { stdout } = await connection.run('head -c 3000000 /dev/urandom | tee /tmp/random', IN_TIME)
    const { stdout: sum } = await run('sha256sum < /tmp/random')
    expect(sum.split(' ')[0]).toBe(createHash('sha256').update(stdout).digest('hex'))
  })

  test('five megabytes go in, as a here-document of base64', async () => {
    const content = randomBytes(3_800_000)
    const lines = content.toString('base64').replaceAll(/.{76}/g, '$&\n')
    const { stdout } = await run(`base64 -d <<'EOF' | sha256sum\n${lines}\nEOF\n`)
    expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(content).digest('hex'))
  })

  test('50 scripts at once run one after the other, in order', async () => {
    const before = connection.roundTrips
    const script = (index: number) => `echo ${index} >> /tmp/order; sleep 0.0${50 - index}; echo ${index}`
    const results = await Promise.all(Array.from({ length: 50 }, (_, index) => run(script(index))))
    expect(results.map(({ stdout }) => stdout)).toEqual(
      Array.from({ length: 50 }, (_, index) => `${index}\n`),
    )
    expect((await run('cat /tmp/order')).stdout).toBe(results.map(({ stdout }) => stdout).join(''))
    expect(connection.roundTrips).toBe(before + 51)
  })

  test('a script that cannot be sent does not disturb the others', async () => {
    const before = connection.roundTrips
    await expect(run('echo \0')).rejects.toMatchObject({ code: 'usage' })
    expect(connection.roundTrips).toBe(before)
    expect(await run('echo on')).toMatchObject({ stdout: 'on\n' })
  })
})
